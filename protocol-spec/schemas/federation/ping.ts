import { type Static, Type } from 'typebox';
import { ServerName, Timestamp } from '../ids.ts';
import { peerEndpoint } from './endpoint.ts';

const closed = { additionalProperties: false } as const;

/** `POST /ping`: the self-test of an operator. [FED-8] */
export const PingRequest = Type.Object({ v: Type.Literal(1) }, closed);
export type PingRequest = Static<typeof PingRequest>;

/** Members may be added. */
export const PingAnswer = Type.Object({
  v: Type.Literal(1),
  server: ServerName,
  versions: Type.Array(Type.Integer(), { maxItems: 32 }),
  server_time: Timestamp,
  understood: Type.Object(
    {
      server: Type.String({ maxLength: 253 }),
      kid: Type.String({ maxLength: 43 }),
      root: Type.String({ maxLength: 43, description: 'Root key that is pinned for the one who asked' }),
      method: Type.String({ maxLength: 16 }),
      target: Type.String({ maxLength: 2_000 }),
      sent: Timestamp,
      nonce: Type.String({ maxLength: 64 }),
      digest: Type.String({ maxLength: 64 }),
    },
    { description: 'How the request was read' },
  ),
});
export type PingAnswer = Static<typeof PingAnswer>;

export const peerPing = peerEndpoint({
  name: 'ping',
  method: 'POST',
  path: '/ping',
  clause: 'FED-8',
  body: PingRequest,
  maxBytes: 1_024,
  answer: PingAnswer,
});
