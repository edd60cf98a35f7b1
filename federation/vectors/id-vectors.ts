import { hash } from 'node:crypto';
import { buildIdentity, userIdOf } from '../identity.ts';
import { deriveId } from '../ids.ts';
import { inviteKeyOf, proveInvite } from '../invite-proof.ts';
import { spaceIdOf } from '../envelope.ts';
import { buildKeyDocument } from '../server-key.ts';
import { signingBytes } from '../signing.ts';
import { bytesOf, HOME, keyNamed, START } from './samples.ts';
import { genesis } from './sample-chain.ts';

const CODE = 'zm9NsScA2mhv8KLV42GPpw';

export function idVectors() {
  const key = keyNamed('alice');
  const root = keyNamed('home.example root');
  const use = {
    space: spaceIdOf(genesis.hash),
    invite: deriveId('n_', hash('sha256', CODE, 'base64url'), 26),
    actor: userIdOf(keyNamed('bob').publicJwk),
  };
  const identity = buildIdentity({ home: HOME, handle: 'alice', serial: 1, ts: START }, key);
  const document = buildKeyDocument(
    {
      server: HOME,
      api: `https://${HOME}/federation/v1`,
      serial: 3,
      valid_until: START + 86_400_000,
      keys: [keyNamed('home.example signing').publicJwk],
      old: [{ key: keyNamed('home.example signing, old').publicJwk, revoked: START }],
      versions: [1],
      features: [],
    },
    root,
  );
  return {
    about:
      'Ids made from hashes, the two documents that keys are published in, and the proof that somebody knows the code of an invite.',
    users: ['alice', 'bob'].map((label) => ({
      seed: bytesOf(label).toString('hex'),
      jwk: keyNamed(label).publicJwk,
      kid: keyNamed(label).kid,
      signing_bytes: signingBytes('identity', { v: 1, key: keyNamed(label).publicJwk }).toString('hex'),
      user: userIdOf(keyNamed(label).publicJwk),
    })),
    spaces: [{ genesis_hash: genesis.hash, space: spaceIdOf(genesis.hash) }],
    identity: { document: identity, signing_bytes: signingBytes('identity', identity).toString('hex') },
    invite: {
      code: CODE,
      ...use,
      key: inviteKeyOf(CODE).publicJwk.x,
      signing_bytes: signingBytes('invite', { v: 1, ...use }).toString('hex'),
      proof: proveInvite(CODE, use),
    },
    key_document: {
      root_seed: bytesOf('home.example root').toString('hex'),
      document,
      signing_bytes: signingBytes('keys', document, { keys: 'any' }).toString('hex'),
    },
  };
}
