import { parseCanonical } from './canonical-json.ts';
import { importPublicKey, type PublicJwk, type PublicKey, type SigningKey, thumbprint } from './keys.ts';
import { ProtocolError } from './protocol-error.ts';
import { KeyDocument } from './schemas.ts';
import { shapeOf } from './shape.ts';
import { signingBytes, verifyBytes } from './signing.ts';

export const MAX_KEY_DOCUMENT = 64 * 1024;
/** However long a document says it is valid, it is asked for again after a week. */
export const MAX_KEY_VALIDITY = 7 * 24 * 60 * 60 * 1000;

const requireShape: (value: unknown) => asserts value is KeyDocument = shapeOf(KeyDocument, 'a key document');
/** JWKs may carry members of other standards. */
const FOREIGN = { keys: 'any' } as const;

export type KeyDocumentFields = Pick<
  KeyDocument,
  'server' | 'api' | 'serial' | 'valid_until' | 'versions' | 'features' | 'contact'
> & {
  keys: readonly PublicJwk[];
  /** Keys that still verify history; `revoked` is when they stopped being trusted. */
  old?: readonly { key: PublicJwk; revoked?: number }[];
};

export type ServerKeys = {
  document: KeyDocument;
  /** Not to be used after this time, in ms. */
  validUntil: number;
  /** By kid; only these may sign requests, intents and new events. */
  keys: Map<string, PublicKey>;
  old: Map<string, { key: PublicKey; revoked?: number }>;
};

/** What a peer remembers of a server from first contact on. */
export type PinnedServer = { rootKid: string; serial: number };

/** The document for `/.well-known/folkmoot`; only the root key makes another server key valid. */
export function buildKeyDocument(fields: KeyDocumentFields, root: SigningKey): KeyDocument {
  const { keys, old = [], ...rest } = fields;
  const unsigned = {
    ...rest,
    v: 1 as const,
    keys: keys.map(published),
    old: old.map(({ key, ...retired }) => ({ ...published(key), ...retired })),
    root: { x: root.publicJwk.x, kid: root.kid },
  };
  const sig = root.sign(signingBytes('keys', unsigned, FOREIGN)).toString('base64url');
  return { ...unsigned, sigs: { [root.kid]: sig } };
}

/** [CAN-23], in that order; throws ProtocolError. `now` in ms. */
export function requireKeyDocument(
  received: Uint8Array | string,
  { server, now, pinned }: { server: string; now: number; pinned?: PinnedServer },
): ServerKeys {
  const document: unknown = parseCanonical(received, { maxBytes: MAX_KEY_DOCUMENT, ...FOREIGN });
  requireShape(document);
  if (document.server !== server) throw new ProtocolError('wrong_server', 'the document names another server');
  const root = importWithKid({ ...document.root, crv: 'Ed25519', kty: 'OKP' });
  if (pinned && pinned.rootKid !== root.kid)
    throw new ProtocolError('root_changed', 'another root key than at first contact');
  const sig = Object.hasOwn(document.sigs, root.kid) ? document.sigs[root.kid] : undefined;
  if (!verifyBytes(signingBytes('keys', document, FOREIGN), sig, root)) {
    throw new ProtocolError('bad_signature', 'not signed by the root key');
  }
  if (pinned && document.serial < pinned.serial) throw new ProtocolError('stale_serial', 'older than what is known');
  if (document.valid_until <= now) throw new ProtocolError('expired', 'no longer valid');
  return { document, validUntil: Math.min(document.valid_until, now + MAX_KEY_VALIDITY), ...importAll(document) };
}

function importAll(document: KeyDocument): Pick<ServerKeys, 'keys' | 'old'> {
  const keys = new Map(document.keys.map(importWithKid).map((key) => [key.kid, key]));
  const old = new Map(
    document.old.map((jwk) => {
      const key = importWithKid(jwk);
      return [key.kid, jwk.revoked === undefined ? { key } : { key, revoked: jwk.revoked }];
    }),
  );
  const named = new Set([...keys.keys(), ...old.keys()]);
  if (named.size !== document.keys.length + document.old.length)
    throw new ProtocolError('bad_key', 'a key is named twice');
  return { keys, old };
}

function importWithKid(jwk: PublicJwk & { kid: string }): PublicKey {
  const key = importPublicKey(jwk);
  if (key.kid !== jwk.kid) throw new ProtocolError('bad_key', 'the kid is not the thumbprint of the key');
  return key;
}

/** jose takes these members as they are. */
function published(jwk: PublicJwk): PublicJwk & { kid: string; alg: 'EdDSA'; use: 'sig' } {
  return { ...jwk, kid: thumbprint(jwk), alg: 'EdDSA', use: 'sig' };
}
