import { gatewayEvents, OpeningState } from '../schemas/gateway/events.ts';
import { clientFrames, closeCodes, serverFrames } from '../schemas/gateway/frames.ts';
import { gatewayLimits } from '../schemas/limits.ts';
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
  return {
    path: '/gateway',
    limits: gatewayLimits,
    client_frames: client(),
    server_frames: server(),
    events: events(),
    close_codes: closeCodes,
    schemas: components.all(),
  };
}
