import type { Static, TObject, TSchema } from 'typebox';

/** One thing that a homeserver may ask another: what is sent and what comes back. */
export interface PeerEndpoint<
  Params extends TObject = TObject,
  Query extends TObject = TObject,
  Body extends TSchema = TSchema,
  Answer extends TSchema = TSchema,
> {
  name: string;
  method: 'GET' | 'POST' | 'PUT';
  /** Below the `api` of the key document, parameters in braces. */
  path: string;
  /** Clause of the normative text. */
  clause: string;
  params?: Params;
  query?: Query;
  /** Of a JSON body. */
  body?: Body;
  /** The body is NDJSON: `application/x-ndjson`, each line ending with LF. */
  takesLines?: true;
  /** Of an answer that says no more than that the request was taken. */
  status?: 200 | 202;
  /** Of the body; where it is left out there is none. */
  maxBytes?: number;
  /** Of the JSON answer, or of the first line of an answer in lines. */
  answer?: Answer;
  /** The answer is NDJSON; its first line is by `answer`, where there is one. */
  givesLines?: true;
}

/** Keeps the types of an endpoint's schemas. */
export function peerEndpoint<
  Params extends TObject = TObject<Record<never, never>>,
  Query extends TObject = TObject<Record<never, never>>,
  Body extends TSchema = TSchema,
  Answer extends TSchema = TSchema,
>(value: PeerEndpoint<Params, Query, Body, Answer>): PeerEndpoint<Params, Query, Body, Answer> {
  return value;
}

export type PeerParams<E> = E extends PeerEndpoint<infer P, TObject, TSchema, TSchema> ? Static<P> : never;
export type PeerQuery<E> = E extends PeerEndpoint<TObject, infer Q, TSchema, TSchema> ? Static<Q> : never;
export type PeerBody<E> = E extends PeerEndpoint<TObject, TObject, infer B, TSchema> ? Static<B> : never;
export type PeerAnswer<E> = E extends PeerEndpoint<TObject, TObject, TSchema, infer A> ? Static<A> : never;
