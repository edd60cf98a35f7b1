import { gatewayEvents, OpeningState } from '../schemas/gateway/events.ts';
import { clientFrames, closeCodes, serverFrames } from '../schemas/gateway/frames.ts';
import { voiceMethods, voiceNotices } from '../schemas/gateway/voice.ts';
import { gatewayLimits, voiceLimits } from '../schemas/limits.ts';
import type { TSchema } from 'typebox';
import { exampleOf } from './example.ts';
import { type Json, type JsonObject, SchemaComponents } from './schema-components.ts';

export interface Described {
  schema: JsonObject;
  example: Json;
}

export interface GatewayReference {
  path: string;
  limits: Record<string, number>;
  client_frames: Record<string, Described>;
  server_frames: Record<string, Described>;
  events: Record<string, Described>;
  voice_methods: Record<string, { request: Described; answer: Described }>;
  voice_notices: Record<string, Described>;
  voice_limits: Record<string, number>;
  close_codes: Record<string, { code: number; resume: boolean; message: string }>;
  schemas: JsonObject;
}

/** The gateway for programs: JSON Schemas and an example of each frame and event, limits and close codes. [GW-1] */
export function gatewayReference(): GatewayReference {
  const components = new SchemaComponents('#/schemas');
  components.of(OpeningState, true);
  const describe = (schemas: Record<string, TSchema>, open: boolean) => {
    const converted = Object.entries(schemas).map(([name, schema]) => [name, components.of(schema, open)] as const);
    return () =>
      Object.fromEntries(converted.map(([name, schema]) => [name, { schema, example: exampleOf(schema, resolve) }]));
  };
  const resolve = (ref: string): JsonObject => components.all()[ref.slice('#/schemas/'.length)] as JsonObject;
  // Examples follow references, so that all schemas are converted first.
  const client = describe(clientFrames, false);
  const server = describe(serverFrames, true);
  const events = describe(gatewayEvents, true);
  const requests = describe(membersOf(voiceMethods, 'd'), false);
  const answers = describe(membersOf(voiceMethods, 'ok'), true);
  const notices = describe(voiceNotices, true);
  return {
    path: '/gateway',
    limits: gatewayLimits,
    client_frames: client(),
    server_frames: server(),
    events: events(),
    voice_methods: pairs(requests(), answers()),
    voice_notices: notices(),
    voice_limits: voiceLimits,
    close_codes: closeCodes,
    schemas: components.all(),
  };
}

function membersOf<K extends string>(table: Record<string, Record<K, TSchema>>, member: K): Record<string, TSchema> {
  return Object.fromEntries(Object.entries(table).map(([name, entry]) => [name, entry[member]]));
}

function pairs(requests: Record<string, Described>, answers: Record<string, Described>) {
  return Object.fromEntries(
    Object.entries(requests).map(([name, request]) => [name, { request, answer: answers[name] as Described }]),
  );
}
