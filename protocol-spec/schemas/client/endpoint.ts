import type { Static, TObject, TSchema } from 'typebox';
import type { RefusalCode } from '../errors.ts';
import type { Permission } from '../permissions.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One endpoint of the client API: what is sent, what comes back, what can be refused, and who may. */
export interface Endpoint<
  Params extends TObject = TObject,
  Query extends TObject = TObject,
  Body extends TSchema = TSchema,
  Answer extends TSchema = TSchema,
> {
  /** Name of the deed, also the OpenAPI operation id. */
  name: string;
  method: Method;
  /** Below `/api/v1`, parameters in braces. */
  path: string;
  tag: string;
  summary: string;
  /** Clause of the normative text. */
  clause: string;
  /** Who may ask: anybody, or a session. */
  auth: 'none' | 'session';
  /** What a member needs beyond being one; said in the documentation, decided by the deed. */
  permission?: Permission;
  /** Name of the rate limit. */
  limit: string;
  params?: Params;
  query?: Query;
  body?: Body;
  status: 200 | 201 | 202 | 204;
  answer?: Answer;
  refusals: readonly RefusalCode[];
}

/** What an endpoint that does something in a space can answer where another homeserver is its hub. [PEND-2] */
export const ofOtherHubs = [
  'pending',
  'hub_away',
  'expired',
  'busy',
  'server_blocked',
  'identity_changed',
] as const satisfies readonly RefusalCode[];

/** Keeps the types of an endpoint's schemas. */
export function endpoint<
  Params extends TObject = TObject<Record<never, never>>,
  Query extends TObject = TObject<Record<never, never>>,
  Body extends TSchema = TSchema,
  Answer extends TSchema = TSchema,
>(value: Endpoint<Params, Query, Body, Answer>): Endpoint<Params, Query, Body, Answer> {
  return value;
}

export type ParamsOf<E> = E extends Endpoint<infer P, TObject, TSchema, TSchema> ? Static<P> : never;
export type QueryOf<E> = E extends Endpoint<TObject, infer Q, TSchema, TSchema> ? Static<Q> : never;
export type BodyOf<E> = E extends { body: infer B extends TSchema }
  ? Static<B>
  : E extends Endpoint<TObject, TObject, infer B, TSchema>
    ? Static<B>
    : never;
export type AnswerOf<E> = E extends Endpoint<TObject, TObject, TSchema, infer A> ? Static<A> : never;
