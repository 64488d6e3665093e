// node validate.js SCHEMA-FOLDER MAIN-SCHEMA < documents
// Reads one JSON document per line and prints one verdict per line: "valid", or "invalid" and the first reason.
const fs = require("fs");
const path = require("path");
const Ajv = require("ajv-draft-04");

const [folder, main] = process.argv.slice(2);
const ajv = new Ajv({ strict: false, logger: false });
let validate;
for (const file of fs.readdirSync(folder).filter((name) => name.startsWith("azure-iot-edge-"))) {
  const schema = JSON.parse(fs.readFileSync(path.join(folder, file), "utf8"));
  ajv.addSchema(schema);
  if (file === main) {
    validate = () => ajv.getSchema(schema.id);
  }
}
const judge = validate();
for (const line of fs.readFileSync(0, "utf8").split("\n").filter((text) => text.length > 0)) {
  const valid = judge(JSON.parse(line));
  console.log(valid ? "valid" : `invalid ${judge.errors[0].instancePath} ${judge.errors[0].message}`);
}
