// node validate.js FILE...: prints for each file "valid" or what CycloneDX's schema 1.5 has against it.
const fs = require("fs");
const { Validation, Spec } = require("@cyclonedx/cyclonedx-library");

(async () => {
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot5);
  for (const file of process.argv.slice(2)) {
    const problem = await validator.validate(fs.readFileSync(file, "utf8"));
    console.log(problem === null ? "valid" : `invalid ${JSON.stringify(problem)}`);
  }
})();
