// node peer.js client PORT UNIT FIRST COUNT   prints the input registers as JSON
// node peer.js write PORT UNIT FIRST VALUE...   writes registers (function 16), reads them again, and tries function 6; prints JSON
// node peer.js client6 PORT UNIT REGISTER VALUE   the same with function 6
// node peer.js server                         serves 80 input and 16 holding registers and prints its port
"use strict";
const ModbusRTU = require("modbus-serial");
const [role, ...rest] = process.argv.slice(2);

async function client(port, unit, first, count) {
  const peer = new ModbusRTU();
  await peer.connectTCP("127.0.0.1", { port });
  peer.setID(unit);
  peer.setTimeout(2000);
  const answers = [];
  for (let i = 0; i < 20; i++) answers.push((await peer.readInputRegisters(first, count)).data);
  let refused = null;
  try { await peer.readInputRegisters(0x0181, 2); } catch (error) { refused = error.modbusCode; }
  let missing = null;
  peer.setID(77);
  try { await peer.readInputRegisters(0, 2); } catch (error) { missing = error.modbusCode; }
  console.log(JSON.stringify({ answers, refused, missing }));
  peer.close(() => process.exit(0));
}

async function write(port, unit, first, ...values) {
  const peer = new ModbusRTU();
  await peer.connectTCP("127.0.0.1", { port });
  peer.setID(unit);
  peer.setTimeout(2000);
  await peer.writeRegisters(first, values);
  const read = (await peer.readHoldingRegisters(first, values.length)).data;
  const code = async work => { try { await work(); return 0; } catch (error) { return error.modbusCode; } };
  const single = await code(() => peer.writeRegister(first, values[0]));
  const nowhere = await code(() => peer.writeRegisters(0x0500, values));
  const impossible = await code(() => peer.writeRegisters(first, values.map(() => 0xFFFF)));
  console.log(JSON.stringify({ read, single, nowhere, impossible }));
  peer.close(() => process.exit(0));
}

async function client6(port, unit, register, value) {
  const peer = new ModbusRTU();
  await peer.connectTCP("127.0.0.1", { port });
  peer.setID(unit);
  peer.setTimeout(2000);
  await peer.writeRegister(register, value);
  const read = (await peer.readHoldingRegisters(register, 1)).data[0];
  let multiple = 0;
  try { await peer.writeRegisters(register, [value]); } catch (error) { multiple = error.modbusCode; }
  console.log(JSON.stringify({ read, multiple }));
  peer.close(() => process.exit(0));
}

function server() {
  const image = Buffer.alloc(160);
  image.writeFloatBE(231.5, 0x00 * 2);
  image.writeFloatBE(4.25, 0x30 * 2);
  image.writeFloatBE(-812.5, 0x34 * 2);
  image.writeFloatBE(49.97, 0x46 * 2);
  image.writeFloatBE(12345.5, 0x48 * 2);
  const holding = new Uint16Array(16);
  const settable = address => { if (address >= holding.length) throw { modbusErrorCode: 2, msg: "no such register" }; };
  const vector = { setRegister: (address, value) => { settable(address); holding[address] = value; },
    getHoldingRegister: address => { settable(address); return holding[address]; },
    getInputRegister: address => {
    if (address >= 80) throw { modbusErrorCode: 2, msg: "no such register" };
    return image.readUInt16BE(2 * address);
  } };
  const peer = new ModbusRTU.ServerTCP(vector, { host: "127.0.0.1", port: Number(rest[0] || 0), unitID: 3 });
  peer.on("initialized", () => console.log("port " + peer._server.address().port));
  peer.on("socketError", error => console.error(error));
}

if (role === "client6") client6(...rest.map(Number)).catch(error => { console.error(error); process.exit(1); });
else if (role === "write") write(...rest.map(Number)).catch(error => { console.error(error); process.exit(1); });
else if (role === "client") client(...rest.map(Number)).catch(error => { console.error(error); process.exit(1); });
else server();
