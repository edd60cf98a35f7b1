import { type Static, Type } from 'typebox';
import { peerEndpoint } from './endpoint.ts';
import { EventHash, Place } from './values.ts';

/** What became of an intent. Without a place nothing had to be changed. [INT-5] */
export const IntentAccepted = Type.Object({
  id: Type.String({ maxLength: 64 }),
  ok: Type.Literal(true),
  epoch: Type.Optional(Place.epoch),
  seq: Type.Optional(Place.seq),
  hash: Type.Optional(EventHash),
});
export const IntentRefused = Type.Object({
  id: Type.Union([Type.String({ maxLength: 64 }), Type.Null()], { description: 'Null where the line names none' }),
  ok: Type.Literal(false),
  status: Type.Integer({ minimum: 400, maximum: 599 }),
  code: Type.String({ maxLength: 100 }),
  message: Type.String({ maxLength: 1_000 }),
  retry: Type.Optional(Type.Integer({ minimum: 0 })),
  details: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});
export const IntentResult = Type.Union([IntentAccepted, IntentRefused]);
export type IntentResult = Static<typeof IntentResult>;

export const INTENTS_AT_ONCE = 50;

export const peerSubmitIntents = peerEndpoint({
  name: 'intents',
  method: 'POST',
  path: '/intents',
  clause: 'INT-1',
  takesLines: true,
  maxBytes: 1024 * 1024,
  answer: Type.Object({
    results: Type.Array(IntentResult, { maxItems: INTENTS_AT_ONCE, description: 'In the order of the intents' }),
  }),
});
