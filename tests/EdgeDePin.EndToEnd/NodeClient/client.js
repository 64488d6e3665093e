// A module made of nothing but the official client: it says each thing that happens as one JSON line on standard output, does what
// it is told by JSON lines on standard input, and ends when that is closed.
//   MODULE_CONNECTION_STRING + MODULE_CA_FILE, or the IOTEDGE_* variables of a module; TOKEN_SECONDS shortens the life of a token.
'use strict';
const fs = require('fs');
const readline = require('readline');
const { ModuleClient, Message } = require('azure-iot-device');
const { Mqtt } = require('azure-iot-device-mqtt');

const say = (event, detail) => process.stdout.write(JSON.stringify({ event, ...detail }) + '\n');
const fail = (error) => { say('error', { name: error.name, message: error.message }); process.exit(1); };

async function make() {
  const text = process.env.MODULE_CONNECTION_STRING;
  if (!text) return ModuleClient.fromEnvironment(Mqtt);
  const client = ModuleClient.fromConnectionString(text, Mqtt);
  // In one call: a second one may forget what the first one set.
  const options = { ca: fs.readFileSync(process.env.MODULE_CA_FILE, 'ascii') };
  const life = Number(process.env.TOKEN_SECONDS || 0);
  if (life) options.tokenRenewal = { tokenValidTimeInSeconds: life, tokenRenewalMarginInSeconds: Math.ceil(life / 2) };
  await client.setOptions(options);
  return client;
}

function message(command) {
  const made = new Message(command.body);
  if (command.messageId) made.messageId = command.messageId;
  if (command.contentType) made.contentType = command.contentType;
  if (command.contentEncoding) made.contentEncoding = command.contentEncoding;
  for (const [name, value] of Object.entries(command.properties || {})) made.properties.add(name, value);
  return made;
}

const commands = {
  input: async (client) => client.on('inputMessage', (input, received) => {
    say('input', {
      input, body: received.getData().toString(), messageId: received.messageId, contentType: received.contentType,
      properties: Object.fromEntries(received.properties.propertyList.map((pair) => [pair.key, pair.value])),
    });
    client.complete(received, (error) => say('completed', { error: error && error.message }));
  }),
  method: async (client, command) => client.onMethod(command.name, (request, response) => {
    say('called', { name: request.methodName, payload: request.payload });
    response.send(command.status, { echo: request.payload }, (error) => say('answered', { error: error && error.message }));
  }),
  twin: async (client) => {
    commands.held = await client.getTwin();
    say('twin', { desired: commands.held.properties.desired, reported: commands.held.properties.reported });
  },
  follow: async () => commands.held.on('properties.desired', (delta) => say('desired', { delta })),
  report: async (client, command) => commands.held.properties.reported.update(command.patch, (error) =>
    say('reported', { error: error && error.message })),
  send: async (client, command) => command.output
    ? client.sendOutputEvent(command.output, message(command))
    : client.sendEvent(message(command)),
  // One after the other: its MQTT transport has no batches ("does not support batching yet").
  batch: async (client, command) => {
    for (const body of command.bodies) await client.sendOutputEvent(command.output, new Message(body));
  },
};

async function main() {
  const client = await make();
  client.on('disconnect', (reason) => say('disconnect', { reason: String(reason && reason.message) }));
  client.on('error', fail);
  await client.open();
  say('open', {});
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const command = JSON.parse(line);
    await commands[command.do](client, command);
    say('done', { did: command.do });
  }
  await client.close();
  process.exit(0);
}

main().catch(fail);
