import type { PublicKey } from '@folkmoot/federation/keys.ts';
import type { Intent } from '@folkmoot/federation/schemas.ts';
import type { EventType } from '@folkmoot/protocol-spec/schemas/events.ts';
import type { Static, TSchema } from 'typebox';
import type { Reader, Writer } from '../storage/database.ts';

/** What somebody wants to happen in a stream: an intent before it has a number. */
export interface Deed<Body = unknown> {
  actor: string;
  /** Absent where the deed creates the space. */
  space: string | undefined;
  stream: string;
  type: string;
  ref: readonly string[];
  body: Body;
  /** Idempotency key; made up where it is left out. */
  id?: string | undefined;
  /** Home of the actor where it is another homeserver. */
  home?: string | undefined;
  /** What that home signed; it stands in the payload verbatim, and `id`, `ref` and `body` are its own. */
  intent?: Intent | undefined;
  /** The key that the intent is signed with, and the root key of that home. */
  signer?: { key: PublicKey; root: string } | undefined;
}

/** What the hub adds to a deed that it accepts. */
export interface Decision {
  hub?: object;
  /** Replaces the `ref` of the deed, e.g. by the edits that are erased together with a message. */
  ref?: readonly string[];
  /** Replaces the body, where the hub narrows it; never that of a signed intent. */
  body?: object;
}

/** An event of a stream, decided here or received: what `apply` puts into the tables. */
export interface AppliedEvent<Body = unknown, Hub = unknown> {
  pos: number;
  space: string;
  stream: string;
  streamNo: number;
  epoch: number;
  seq: number;
  ts: number;
  type: string;
  ref: readonly string[];
  /** `nobody` where nobody answers for it. */
  actor: string;
  /** Server name of the actor's home. */
  home: string;
  intent: string;
  body: Body;
  hub: Hub;
  /** Whether the actor is a user of this homeserver; known to `apply` only. */
  local?: boolean;
  /** Taken from a state instead of its turn: what it counts is counted already. */
  asState?: boolean;
  /** The key of the state that it is taken for alone, e.g. a ban only as the end of a membership. */
  stateOf?: string;
}

/**
 * What an event does to the state of its stream, for whoever did not see all of it: `first` takes the place of all that was kept under the
 * key, `more` is kept beside it, `gone` ends it, `past` keeps it with the event itself under `was:<key>`.
 */
export interface StateChange {
  key: string;
  set: 'first' | 'more' | 'gone' | 'past';
}

/** Who is told about an event: who sees the channel, all members, members with a permission, those who see or do not see an unlisted member, or one user. */
export type Audience =
  | { to: 'channel'; space: string; channel: string }
  | { to: 'space'; space: string }
  | { to: 'permission'; space: string; permission: string }
  | { to: 'seeing' | 'not seeing'; space: string; user: string }
  | { to: 'user'; user: string };

/** A gateway event on its way to those who may see it. */
export interface Shown {
  audience: Audience;
  /** Users of the audience who are not told. */
  except?: ReadonlySet<string>;
  /** Other homeservers could not keep it from somebody whom they must not know to be left out. */
  isForHere?: boolean;
  t: string;
  d: object;
}

/** What `decide` answers where the deed asks for what is the case already: nothing is appended. [EVT-6] */
export const nothingToDo = 'nothing to do';

/** Everything about one event type. `decide` throws a Refusal; `apply` never refuses; `show` runs after the commit. */
export interface EventBinding<Body = unknown, Hub = unknown> {
  type: string;
  body: TSchema;
  /** Of what the hub adds. */
  hub?: TSchema;
  /** Whether it can change who sees what, so that open gateway sessions are looked at again. */
  changesAccess?: boolean;
  /** Whether it means nothing without its actor, and is not applied where nobody answers for it. */
  needsActor?: boolean;
  /** Of what may be applied after later events, because it concerns single messages: itself, or another that it may come before. */
  late?: 'itself' | 'with target';
  decide(tx: Writer, deed: Deed<Body>, now: number): Promise<Decision | typeof nothingToDo | undefined>;
  apply(tx: Writer, event: AppliedEvent<Body, Hub>): Promise<void>;
  /** Takes back what `apply` did to single messages: the event is not part of the history any more, nor is any after it. [EPO-4] */
  unapply?(tx: Writer, event: AppliedEvent<Body, Hub>): Promise<void>;
  /** Of an event whose payload is erased: what is left to do, and never what it said. */
  applyErased?(tx: Writer, event: AppliedEvent): Promise<void>;
  state?(event: AppliedEvent<Body, Hub>): StateChange | readonly StateChange[];
  show(reader: Reader, event: AppliedEvent<Body, Hub>): Promise<Shown[]>;
}

/** Ties the types of `decide`, `apply` and `show` to the schema of the body. */
export function bindEvent<S extends TSchema, Hub = undefined>(
  binding: { type: EventType; body: S } & Omit<EventBinding<Static<S>, Hub>, 'type' | 'body'>,
): EventBinding {
  return binding as unknown as EventBinding;
}
