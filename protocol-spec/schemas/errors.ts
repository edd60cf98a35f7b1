import { type Static, Type } from 'typebox';

export interface RefusalKind {
  status: number;
  message: string;
}

/** Every code that a refusal can carry, with its HTTP status and a sentence for people. [ERR-1] */
export const refusals = {
  invalid_body: { status: 400, message: 'The body does not have the expected form.' },
  invalid_query: { status: 400, message: 'The query does not have the expected form.' },
  invalid_json: { status: 400, message: 'The body is not valid JSON.' },
  invalid_text: { status: 400, message: 'Text must be well-formed Unicode without U+0000.' },
  not_canonical: { status: 400, message: 'The bytes are not in canonical form.' },
  too_deep: { status: 400, message: 'The JSON is nested too deeply.' },
  bad_handle: { status: 400, message: 'This handle is reserved, or looks like something it is not.' },
  weak_password: { status: 400, message: 'This password is too easy to guess.' },
  email_required: { status: 400, message: 'This homeserver asks for an e-mail address.' },
  email_not_accepted: { status: 400, message: 'This homeserver does not keep e-mail addresses.' },
  bad_emoji: { status: 400, message: 'This is not one emoji.' },
  unknown_type: { status: 400, message: 'This kind of event is not known here.' },
  bad_server_name: { status: 400, message: 'This is not the name of a homeserver.' },
  unauthenticated: { status: 401, message: 'Log in first.' },
  wrong_credentials: { status: 401, message: 'Handle, e-mail or password is wrong.' },
  session_ended: { status: 401, message: 'This session has ended.' },
  token_reused: { status: 401, message: 'This refresh token was used before; the session was ended.' },
  missing_signature: { status: 401, message: 'Requests between homeservers are signed.' },
  one_signature: { status: 401, message: 'A request has exactly one signature, in the header Signature.' },
  insufficient_coverage: { status: 401, message: 'The signature does not cover exactly what it has to.' },
  bad_signature: { status: 401, message: 'The signature does not hold.' },
  bad_digest: { status: 401, message: 'The body is not the one that was signed.' },
  stale: { status: 401, message: 'The date of this request is too far from the time here.' },
  replay: { status: 401, message: 'This request was made before.' },
  unknown_key: { status: 401, message: 'The homeserver does not publish the key of this signature.' },
  key_revoked: { status: 401, message: 'The key of this signature is no longer used.' },
  forbidden: { status: 403, message: 'You may not do this.' },
  missing_permission: { status: 403, message: 'Your roles do not allow this.' },
  rank_too_low: { status: 403, message: 'Your highest role is not above theirs.' },
  owner_only: { status: 403, message: 'Only the owner may do this.' },
  owner_cannot: { status: 403, message: 'The owner has to hand over the community first.' },
  timed_out: { status: 403, message: 'You are timed out.' },
  banned: { status: 403, message: 'You are banned here.' },
  cross_site: { status: 403, message: 'This request came from another site.' },
  registration_closed: { status: 403, message: 'This homeserver does not take new accounts.' },
  invite_required: { status: 403, message: 'This homeserver takes new accounts by invite only.' },
  suspended: { status: 403, message: 'This account is suspended.' },
  server_blocked: { status: 403, message: 'These homeservers do not talk with each other.' },
  identity_changed: { status: 403, message: 'The homeserver is not the one that it was; an admin has to decide.' },
  not_found: { status: 404, message: 'There is nothing here.' },
  method_not_allowed: { status: 405, message: 'This path does not take this method.' },
  handle_taken: { status: 409, message: 'This handle is taken.' },
  email_taken: { status: 409, message: 'This e-mail address is in use.' },
  already_member: { status: 409, message: 'Already a member.' },
  conflict: { status: 409, message: 'Something else changed at the same time; look again.' },
  owns_spaces: { status: 409, message: 'Hand over or delete your communities first.' },
  invite_gone: { status: 410, message: 'This invite is used up, expired or revoked.' },
  too_large: { status: 413, message: 'This is too large.' },
  envelope_too_large: { status: 413, message: 'The envelope of this event would be too large.' },
  line_too_large: { status: 413, message: 'The line of this event would be too large.' },
  unsupported_media_type: { status: 415, message: 'Send JSON, as application/json in UTF-8.' },
  wrong_destination: { status: 421, message: 'This request is for another homeserver.' },
  limit_reached: { status: 422, message: 'There are as many as there may be.' },
  slow_mode: { status: 429, message: 'This channel is in slow mode.' },
  rate_limited: { status: 429, message: 'Too fast; wait a little.' },
  busy: { status: 429, message: 'Too many at once; try again in a moment.' },
  internal: { status: 500, message: 'Something broke here; it was noted.' },
  discovery_failed: { status: 502, message: 'The other homeserver did not say who it is.' },
  unavailable: { status: 503, message: 'Not available for the moment.' },
  read_only: { status: 503, message: 'This homeserver is read-only for the moment.' },
  storage_full: { status: 507, message: 'The storage of this homeserver is full.' },
} as const satisfies Record<string, RefusalKind>;

export type RefusalCode = keyof typeof refusals;

export const ErrorAnswer = Type.Object(
  {
    code: Type.String({ description: 'One of the catalogue; a client treats an unknown one by its HTTP status' }),
    message: Type.String({ description: 'A sentence for people' }),
    retry: Type.Optional(Type.Integer({ minimum: 0, description: 'Milliseconds to wait' })),
    server_time: Type.Optional(Type.Integer()),
    request: Type.Optional(Type.String({ description: 'Id of the request in the log of the homeserver' })),
    details: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { $id: 'Error' },
);
export type ErrorAnswer = Static<typeof ErrorAnswer>;
