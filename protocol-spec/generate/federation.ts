import type { TSchema } from 'typebox';
import { eventBodies, hubParts } from '../schemas/events.ts';
import { peerEndpoints } from '../schemas/federation/endpoints.ts';
import {
  EphemeralFrame,
  HeadsFrame,
  InterestFrame,
  LinesFrame,
  liveCloseCodes,
  liveLimits,
} from '../schemas/federation/live.ts';
import { type JsonObject, SchemaComponents } from './schema-components.ts';

export interface PeerRequest {
  name: string;
  method: string;
  path: string;
  clause: string;
  path_parameters: JsonObject | undefined;
  query: JsonObject | undefined;
  /** `lines`: NDJSON. */
  takes: JsonObject | 'lines' | undefined;
  max_bytes: number | undefined;
  status: number;
  answer: JsonObject | undefined;
  gives_lines: boolean;
}

export interface FederationReference {
  requests: PeerRequest[];
  live: { path: string; frames: Record<string, JsonObject>; limits: Record<string, number>; close_codes: object };
  events: Record<string, { body: JsonObject; hub: JsonObject | undefined }>;
  schemas: JsonObject;
}

const frames = { heads: HeadsFrame, lines: LinesFrame, interest: InterestFrame, ephemeral: EphemeralFrame };

/** What homeservers say to each other, for programs: JSON Schemas of requests, frames and events. */
export function federationReference(): FederationReference {
  const components = new SchemaComponents('#/schemas');
  const form = (schema: TSchema | undefined, open: boolean) => schema && components.of(schema, open);
  const parts: Partial<Record<string, TSchema>> = hubParts;
  return {
    requests: peerEndpoints.map((endpoint) => ({
      name: endpoint.name,
      method: endpoint.method,
      path: endpoint.path,
      clause: endpoint.clause,
      path_parameters: form(endpoint.params, false),
      query: form(endpoint.query, false),
      takes: endpoint.takesLines ? 'lines' : form(endpoint.body, false),
      max_bytes: endpoint.maxBytes,
      status: endpoint.status ?? 200,
      answer: form(endpoint.answer, true),
      gives_lines: endpoint.givesLines ?? false,
    })),
    live: {
      path: '/live',
      frames: Object.fromEntries(Object.entries(frames).map(([op, schema]) => [op, components.of(schema, true)])),
      limits: liveLimits,
      close_codes: liveCloseCodes,
    },
    events: Object.fromEntries(
      Object.entries(eventBodies).map(([type, body]) => [
        type,
        { body: components.of(body, false), hub: form(parts[type], true) },
      ]),
    ),
    schemas: components.all(),
  };
}
