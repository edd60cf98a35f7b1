import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { canonicalize, parseCanonical } from '../canonical-json.ts';
import { type ExpectedStream, verifyLine } from '../chain.ts';
import { spaceIdOf } from '../envelope.ts';
import { requireIdentity, userIdOf } from '../identity.ts';
import { inviteKeyOf, isInviteProof, proveInvite } from '../invite-proof.ts';
import { importPublicKey, type PublicKey, signingKeyFromSeed } from '../keys.ts';
import { ProtocolError } from '../protocol-error.ts';
import { requireKeyDocument } from '../server-key.ts';
import { hashOf, signingBytes, verifyObject } from '../signing.ts';
import { bytesOfText, type canonicalVectors } from './canonical-vectors.ts';
import type { chainVectors } from './chain-vectors.ts';
import type { idVectors } from './id-vectors.ts';
import { staleVectors } from './make-vectors.ts';
import type { signatureVectors } from './signature-vectors.ts';

const canonical = vectors<typeof canonicalVectors>('canonical');
const signatures = vectors<typeof signatureVectors>('signatures');
const ids = vectors<typeof idVectors>('ids');
const chains = vectors<typeof chainVectors>('chains');

test('the vector files are what make-vectors.ts writes', async () => {
  assert.deepEqual(await staleVectors(), [], 'run: node federation/vectors/make-vectors.ts');
});

for (const { name, value, text } of canonical.valid) {
  test(`[CAN-1] ${name}`, () => {
    assert.equal(canonicalize(value), text);
    assert.deepEqual(parseCanonical(Buffer.from(text), { maxBytes: canonical.max_bytes }), value);
  });
}

for (const entry of canonical.invalid) {
  test(`[${entry.clause}] ${entry.name} is refused`, () => {
    const read = () => parseCanonical(bytesOfText(entry), { maxBytes: canonical.max_bytes });
    assert.throws(read, (error) => error instanceof ProtocolError && error.code === entry.code);
  });
}

const signer = importPublicKey(signatures.key.jwk);

for (const { context, object, signing_bytes, hash } of signatures.signed) {
  test(`[CAN-12] signed in the context ${context}`, () => {
    assert.equal(signingKeyFromSeed(Buffer.from(signatures.key.seed, 'hex')).kid, signer.kid);
    assert.equal(signingBytes(context, object).toString('hex'), signing_bytes);
    assert.equal(hashOf(context, object), hash);
    assert.ok(verifyObject(context, object, signer));
    for (const other of signatures.signed)
      assert.equal(verifyObject(other.context, object, signer), other.context === context);
  });
}

for (const { name, clause, sig } of signatures.refused) {
  test(`[${clause}] a signature ${name} is refused`, () => {
    const object = signatures.signed.find(({ context }) => context === 'event')?.object;
    assert.equal(verifyObject('event', { ...object, sig }, signer), false);
  });
}

for (const { name, clause, jwk } of signatures.refused_keys) {
  test(`[${clause}] a key of ${name} is refused`, () => {
    assert.throws(
      () => importPublicKey(jwk),
      (error) => error instanceof ProtocolError && error.code === 'bad_key',
    );
  });
}

test('[CAN-20] [CAN-21] [CAN-22] ids and identity documents', () => {
  for (const { jwk, user } of ids.users) assert.equal(userIdOf(jwk), user);
  for (const { genesis_hash, space } of ids.spaces) assert.equal(spaceIdOf(genesis_hash), space);
  assert.equal(requireIdentity(ids.identity.document).user, ids.users[0]?.user);
});

test('[INV-7] [INV-8] who knows the code of an invite proves it, for one user and one space', () => {
  const { code, key, proof, signing_bytes: _, ...use } = ids.invite;
  assert.equal(inviteKeyOf(code).publicJwk.x, key);
  assert.equal(proveInvite(code, use), proof);
  assert.ok(isInviteProof(proof, use, key));
  assert.equal(isInviteProof(proof, { ...use, actor: ids.users[0]!.user }, key), false);
  for (const bad of ['', undefined, `${proof.slice(0, 85)}B`]) assert.equal(isInviteProof(bad, use, key), false);
  for (const x of ['', 'AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', `${key.slice(0, 42)}B`])
    assert.equal(isInviteProof(proof, use, x), false, 'no key at all, of small order, not of 32 bytes');
});

test('[CAN-23] the key document of a server', () => {
  const { document } = ids.key_document;
  const asked = { server: document.server, now: document.valid_until - 1 };
  assert.equal(requireKeyDocument(canonicalize(document, { keys: 'any' }), asked).keys.size, 1);
});

const known = new Map<string, PublicKey>(
  chains.keys.map(({ server, kid, jwk }) => [`${server} ${kid}`, importPublicKey(jwk)]),
);

function expectedStream(name: 'space' | 'channel'): ExpectedStream {
  const { stream } = chains.streams[name];
  return { space: chains.space, hub: chains.hub, stream, keyOf: (server, kid) => known.get(`${server} ${kid}`) };
}

for (const name of ['space', 'channel'] as const) {
  test(`[STR-15] the sound stream of a ${name}`, () => {
    let cursor = null;
    for (const { line, expect } of chains.streams[name].lines) {
      const checked = verifyLine(Buffer.from(line), cursor, expectedStream(name));
      assert.ok(checked.ok);
      cursor = checked.cursor;
      if (checked.kind === 'hidden') assert.deepEqual(expect, { kind: 'hidden' });
      else assert.deepEqual(expect, { kind: 'event', payload: checked.payload, attribution: checked.attribution });
    }
  });
}

for (const { name, clause, stream, after, line, expect } of chains.lines) {
  test(`[${clause}] ${name}`, () => {
    const checked = verifyLine(Buffer.from(line), after, expectedStream(stream));
    const { ok } = checked;
    if (!checked.ok) assert.deepEqual({ ok, reason: checked.reason, code: checked.code }, expect);
    else if (checked.kind === 'event') {
      assert.deepEqual({ ok, payload: checked.payload, attribution: checked.attribution }, expect);
    } else assert.fail('a hidden line');
  });
}

function vectors<Maker extends () => unknown>(name: string): ReturnType<Maker> {
  return JSON.parse(readFileSync(new URL(`../../protocol-spec/vectors/${name}.json`, import.meta.url), 'utf8'));
}
