import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalize } from './canonical-json.ts';
import { generateKeyPair } from './keys.ts';
import { ProtocolError } from './protocol-error.ts';
import { buildKeyDocument, type KeyDocumentFields, MAX_KEY_VALIDITY, requireKeyDocument } from './server-key.ts';
import { signingBytes } from './signing.ts';

const root = generateKeyPair();
const signing = generateKeyPair();
const retired = generateKeyPair();
const now = 1_790_000_000_000;
const asked = { server: 'home.example', now };
const fields: KeyDocumentFields = {
  server: 'home.example',
  api: 'https://home.example/federation/v1',
  serial: 5,
  valid_until: now + 1000,
  keys: [signing.publicJwk],
  old: [{ key: retired.publicJwk, revoked: now - 1000 }],
  versions: [1],
  features: [],
};
const document = buildKeyDocument(fields, root);

test('[CAN-23] a document that the root key signed gives the keys of the server', () => {
  const read = requireKeyDocument(textOf(document), asked);
  assert.deepEqual([...read.keys.keys()], [signing.kid]);
  assert.equal(read.old.get(retired.kid)?.revoked, now - 1000);
  assert.equal(read.validUntil, now + 1000);
});

test('[CAN-24] a document is not used for more than seven days', () => {
  const lasting = buildKeyDocument({ ...fields, valid_until: now + 10 * MAX_KEY_VALIDITY }, root);
  assert.equal(requireKeyDocument(textOf(lasting), asked).validUntil, now + MAX_KEY_VALIDITY);
});

test('[CAN-5] [CAN-19] members of other standards are kept and covered', () => {
  const extended = signed({ ...document, keys: document.keys.map((jwk) => ({ ...jwk, 'x5t#S256': 'x' })) });
  assert.deepEqual(requireKeyDocument(textOf(extended), asked).document, extended);
  const changed = { ...extended, keys: document.keys };
  assert.throws(() => requireKeyDocument(textOf(changed), asked), refusal('bad_signature'));
});

test('[CAN-16] [CAN-23] one bad key makes the whole document bad', () => {
  const smallOrder = { ...signing.publicJwk, x: 'AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' };
  const refused = [
    buildKeyDocument({ ...fields, keys: [signing.publicJwk, smallOrder] }, root),
    buildKeyDocument({ ...fields, old: [{ key: smallOrder }] }, root),
    buildKeyDocument({ ...fields, keys: [signing.publicJwk, signing.publicJwk] }, root),
    buildKeyDocument({ ...fields, old: [{ key: signing.publicJwk }] }, root),
    signed({ ...document, keys: [{ ...document.keys[0], kid: retired.kid }] }),
    signed({ ...document, root: { ...document.root, x: smallOrder.x } }),
  ];
  for (const bad of refused) assert.throws(() => requireKeyDocument(textOf(bad), asked), refusal('bad_key'));
});

test('[CAN-23] another server, another root, an older serial and a document that ended are told apart', () => {
  const otherRoot = buildKeyDocument(fields, generateKeyPair());
  const pinned = { rootKid: root.kid, serial: 5 };
  const code = (text: string, more: object) => codeOf(() => requireKeyDocument(text, { ...asked, ...more }));
  assert.equal(code(textOf(document), { pinned }), undefined);
  assert.equal(code(textOf(document), { server: 'other.example' }), 'wrong_server');
  assert.equal(code(textOf(otherRoot), { pinned }), 'root_changed');
  assert.equal(code(textOf(document), { pinned: { ...pinned, serial: 6 } }), 'stale_serial');
  assert.equal(code(textOf(document), { now: now + 1000 }), 'expired');
  assert.equal(code(textOf({ ...document, serial: 6 }), {}), 'bad_signature');
  assert.equal(code(textOf({ ...document, sigs: {} }), {}), 'bad_signature');
  assert.equal(code(textOf({ ...document, v: 2 }), {}), 'unsupported_version');
  assert.equal(code(textOf({ ...document, keys: [] }), {}), 'malformed');
  assert.equal(code(JSON.stringify(document, null, 1), {}), 'not_canonical');
  assert.equal(code(`"${'a'.repeat(64 * 1024)}"`, {}), 'too_large');
});

/** Signed by the root whatever it holds. */
function signed(changed: object) {
  const sig = root.sign(signingBytes('keys', changed, { keys: 'any' })).toString('base64url');
  return { ...changed, sigs: { [root.kid]: sig } };
}

function textOf(value: object): string {
  return canonicalize(value, { keys: 'any' });
}

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return error instanceof ProtocolError ? error.code : String(error);
  }
}

function refusal(code: string) {
  return (error: unknown) => error instanceof ProtocolError && error.code === code;
}
