import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkerOf } from '../schemas/check.ts';
import { gatewayEvents } from '../schemas/gateway/events.ts';
import { clientFrames, serverFrames } from '../schemas/gateway/frames.ts';
import { voiceMethods, voiceNotices } from '../schemas/gateway/voice.ts';
import { type Described, gatewayReference } from './gateway.ts';

const reference = gatewayReference();
const requests = Object.fromEntries(Object.entries(voiceMethods).map(([name, { d }]) => [name, d]));
const answers = Object.fromEntries(Object.entries(voiceMethods).map(([name, { ok }]) => [name, ok]));
const voice = Object.entries(reference.voice_methods);

const tables: [string, Record<string, object>, Record<string, Described>][] = [
  ['frame of the client', clientFrames, reference.client_frames],
  ['frame of the homeserver', serverFrames, reference.server_frames],
  ['event', gatewayEvents, reference.events],
  ['voice request', requests, Object.fromEntries(voice.map(([name, { request }]) => [name, request]))],
  ['voice answer', answers, Object.fromEntries(voice.map(([name, { answer }]) => [name, answer]))],
  ['voice notice', voiceNotices, reference.voice_notices],
];

for (const [what, schemas, described] of tables)
  test(`the example of each ${what} has the form that it is an example of`, () => {
    for (const [name, { example }] of Object.entries(described))
      assert.ok(checkerOf(schemas[name]!)(example), `${name}: ${JSON.stringify(example)}`);
  });
