// Judges exported execution records with other people's schemas and libraries. Prints "ok FORMAT COUNT" for each, or what is wrong.
//   node check.mjs SCHEMAS FOLDER     (FOLDER holds run.wfformat, run.openlineage, run.otlp, run.rocrate, run.chrome, run.perfetto, and
//                                      chromium.pftrace, which Perfetto's own library has written)
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const [schemas, folder] = process.argv.slice(2);
const read = (format) => readFileSync(path.join(folder, `run.${format}`), 'utf8');
let failed = false;

function report(format, errors, count) {
  if (errors && errors.length > 0) {
    failed = true;
    console.log(`wrong ${format} ${JSON.stringify(errors.slice(0, 5))}`);
  } else {
    console.log(`ok ${format} ${count}`);
  }
}

// WfFormat: the schema that WfCommons publishes.
const addFormats = require('ajv-formats').default;
{
  const Ajv = require('ajv').default;
  const ajv = new Ajv({ allErrors: true, strict: false });
  addFormats(ajv);
  const schema = JSON.parse(readFileSync(path.join(schemas, 'wfcommons-schema-1.5.json'), 'utf8'));
  delete schema.$schema; // names no draft that exists
  const validate = ajv.compile(schema);
  const workflow = JSON.parse(read('wfformat'));
  validate(workflow);
  report('wfformat', validate.errors, workflow.workflow.specification.tasks.length);
}

// OpenLineage: its schemas, facets included.
{
  const Ajv = require('ajv/dist/2020').default;
  const ajv = new Ajv({ allErrors: true, strict: false });
  addFormats(ajv);
  const documents = readdirSync(path.join(schemas, 'openlineage'))
    .map((name) => JSON.parse(readFileSync(path.join(schemas, 'openlineage', name), 'utf8')));
  for (const document of documents) ajv.addSchema(document, document.$id);
  const lines = read('openlineage').split('\n').filter((line) => line.length > 0);
  const errors = [];
  for (const line of lines) {
    const event = JSON.parse(line);
    const validate = ajv.getSchema(event.schemaURL);
    if (!validate(event)) errors.push(...validate.errors);
    for (const facet of Object.values(event.run.facets ?? {})) {
      const validateFacet = ajv.getSchema(facet._schemaURL);
      if (!validateFacet) errors.push(`no schema ${facet._schemaURL}`);
      else if (!validateFacet(facet)) errors.push(...validateFacet.errors);
    }
  }
  report('openlineage', errors, lines.length);
}

// OTLP: the protobuf messages of OpenTelemetry's own exporter.
{
  const root = require('@opentelemetry/otlp-transformer/build/src/generated/root');
  const request = JSON.parse(read('otlp'));
  const errors = [];
  let spans = 0;
  const ids = new Set();
  const links = [];
  const bytes = (hex, length) => {
    if (!new RegExp(`^[0-9a-f]{${2 * length}}$`).test(hex)) errors.push(`no id of ${length} bytes: ${hex}`);
    return Buffer.from(hex, 'hex').toString('base64');
  };
  for (const span of request.resourceSpans.flatMap((resource) => resource.scopeSpans).flatMap((scope) => scope.spans)) {
    spans++;
    ids.add(span.spanId);
    if (BigInt(span.endTimeUnixNano) < BigInt(span.startTimeUnixNano)) errors.push(`${span.name} ends before it starts`);
    for (const link of span.links ?? []) {
      links.push(link.spanId);
      link.traceId = bytes(link.traceId, 16);
      link.spanId = bytes(link.spanId, 8);
    }
    span.traceId = bytes(span.traceId, 16);
    span.spanId = bytes(span.spanId, 8);
    if (span.parentSpanId) span.parentSpanId = bytes(span.parentSpanId, 8);
  }
  for (const link of links) if (!ids.has(link)) errors.push(`a link to no span: ${link}`);
  const Request = root.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
  const message = Request.fromObject(request);
  const wrong = Request.verify(message);
  if (wrong) errors.push(wrong);
  const decoded = Request.toObject(Request.decode(Request.encode(message).finish()), { longs: String, bytes: String, arrays: true });
  // A key that the messages do not know is dropped on the way: everything must come back.
  const known = (value, again, at) => {
    if (value === null || typeof value !== 'object') return;
    for (const [key, inner] of Object.entries(value)) {
      if (again === undefined || !(key in again)) errors.push(`unknown to OTLP: ${at}.${key}`);
      else known(inner, again[key], `${at}.${key}`);
    }
  };
  known(request, decoded, '');
  report('otlp', errors, spans);
}

// RO-Crate: expanded by the JSON-LD library with the published context (safe mode refuses terms that it does not define), then
// checked by the RO-Crate library.
{
  const jsonld = require('jsonld');
  const { ROCrate } = require('ro-crate');
  const crate = JSON.parse(read('rocrate'));
  const context = JSON.parse(readFileSync(path.join(path.dirname(require.resolve('ro-crate')), 'lib', 'context.json'), 'utf8'));
  const errors = [];
  try {
    await jsonld.expand(crate, {
      safe: true,
      base: 'https://example.org/crate/',
      documentLoader: async (url) => {
        if (url !== 'https://w3id.org/ro/crate/1.1/context') throw new Error(`unexpected context ${url}`);
        return { contextUrl: null, documentUrl: url, document: context['@context'] ? context : { '@context': context } };
      },
    });
  } catch (error) {
    errors.push(`${error.message} ${JSON.stringify(error.details ?? {}).slice(0, 300)}`);
  }
  const loaded = new ROCrate(crate, { array: true, link: true });
  const actions = crate['@graph'].filter((entity) => entity['@type'] === 'CreateAction');
  if (loaded.rootDataset?.mainEntity?.[0]?.['@id'] !== 'workflow.json') errors.push('the root has no main entity');
  const ids = new Set(crate['@graph'].map((entity) => entity['@id']));
  if (ids.size !== crate['@graph'].length) errors.push('two entities have the same id');
  for (const entity of crate['@graph']) {
    for (const value of Object.values(entity).flat()) {
      if (value?.['@id'] && !ids.has(value['@id']) && !/^https?:/.test(value['@id'])) errors.push(`${entity['@id']} points to nothing: ${value['@id']}`);
    }
  }
  report('rocrate', errors, actions.length);
}

// Chrome: every flow has a beginning and an end.
{
  const events = JSON.parse(read('chrome')).traceEvents;
  const flows = (phase) => events.filter((event) => event.ph === phase).map((event) => event.id).sort().join();
  const errors = flows('s') === flows('f') ? [] : ['flows without an end'];
  report('chrome', errors, events.filter((event) => event.ph === 'X').length);
}

// Perfetto: decoded by protobuf.js with the fields of its published messages that a trace of slices and flows needs
// (protos/perfetto/trace/trace_packet.proto, track_event/*.proto). Slices do not overlap, time goes forward, flows have two ends.
{
  const protobuf = require('protobufjs');
  const { root } = protobuf.parse(`syntax = "proto2";
    message Trace { repeated TracePacket packet = 1; }
    message TracePacket { optional uint64 timestamp = 8; optional uint32 trusted_packet_sequence_id = 10; optional TrackEvent track_event = 11;
      optional uint32 sequence_flags = 13; optional TrackDescriptor track_descriptor = 60; }
    message TrackDescriptor { optional uint64 uuid = 1; optional string name = 2; optional ProcessDescriptor process = 3; optional uint64 parent_uuid = 5; }
    message ProcessDescriptor { optional int32 pid = 1; optional string process_name = 6; }
    message TrackEvent { repeated DebugAnnotation debug_annotations = 4; optional uint32 type = 9; optional uint64 track_uuid = 11;
      repeated string categories = 22; optional string name = 23; repeated fixed64 flow_ids = 47; repeated fixed64 terminating_flow_ids = 48; }
    message DebugAnnotation { optional int64 int_value = 4; optional double double_value = 5; optional string string_value = 6; optional string name = 10; }`, { keepCase: true });
  const Trace = root.lookupType('Trace');
  const { packet } = Trace.toObject(Trace.decode(readFileSync(path.join(folder, 'run.perfetto'))), { longs: String, arrays: true });
  const errors = [];
  const tracks = new Set(packet.filter((one) => one.track_descriptor).map((one) => one.track_descriptor.uuid));
  const open = new Map();
  const begun = new Set();
  const ended = new Set();
  let slices = 0;
  let last = 0n;
  for (const { timestamp, track_event: event } of packet.filter((one) => one.track_event)) {
    if (BigInt(timestamp) < last) errors.push('time goes back');
    last = BigInt(timestamp);
    if (!tracks.has(event.track_uuid)) errors.push(`no track ${event.track_uuid}`);
    const depth = (open.get(event.track_uuid) ?? 0) + (event.type === 1 ? 1 : -1);
    if (depth < 0 || depth > 1) errors.push(`depth ${depth} on track ${event.track_uuid} at ${timestamp}`);
    open.set(event.track_uuid, depth);
    if (event.type === 1) slices++;
    event.flow_ids.forEach((id) => begun.add(id));
    event.terminating_flow_ids.forEach((id) => (begun.has(id) ? ended.add(id) : errors.push(`flow ${id} ends before it begins`)));
  }
  if (ended.size !== begun.size) errors.push('flows without an end');

  // Chromium traces with Perfetto's own library. Decoded by the table above its trace must make sense, and have every field that ours has: so the numbers and
  // types in the table are Perfetto's, and not only what we believe of it.
  const foreign = Trace.toObject(Trace.decode(readFileSync(path.join(folder, 'chromium.pftrace'))), { longs: String }).packet;
  const fields = (value, at, into) => {
    for (const [key, inner] of Object.entries(value)) {
      into.add(`${at}.${key}`);
      for (const one of [inner].flat()) if (one !== null && typeof one === 'object') fields(one, `${at}.${key}`, into);
    }
    return into;
  };
  const theirs = new Set();
  const ours = new Set();
  for (const one of foreign) fields(one, 'packet', theirs);
  for (const one of Trace.toObject(Trace.decode(readFileSync(path.join(folder, 'run.perfetto'))), { longs: String }).packet) fields(one, 'packet', ours);
  for (const field of ours) if (!theirs.has(field)) errors.push(`Perfetto's library never wrote ${field}`);
  const described = foreign.filter((one) => one.track_descriptor).map((one) => one.track_descriptor);
  const known = new Set(described.map((track) => track.uuid));
  if (!described.some((track) => track.process?.process_name === 'Browser' && track.process.pid > 1)) errors.push('no process of the browser');
  if (!described.some((track) => track.parent_uuid && known.has(track.parent_uuid))) errors.push('no track below another');
  const count = (test) => foreign.filter((one) => one.track_event && test(one.track_event)).length;
  const [begins, ends] = [count((event) => event.type === 1), count((event) => event.type === 2)];
  if (begins < 100 || Math.abs(begins - ends) > begins / 10) errors.push(`${begins} begin and ${ends} end`);
  const starts = new Set(foreign.flatMap((one) => one.track_event?.flow_ids ?? []));
  if (!foreign.some((one) => one.track_event?.terminating_flow_ids?.some((id) => starts.has(id)))) errors.push('no flow that begins and ends');
  report('perfetto', errors, slices);
}

process.exit(failed ? 1 : 0);
