import type { KeyDocument } from '@folkmoot/federation/schemas.ts';
import { Type } from 'typebox';
import type { PublishedKey } from '../streams/server-keys.ts';
import { changes, OperationError, reads } from './operation.ts';
import { strict } from './schemas.ts';

/** The root key and the signing keys of now and before, the newest first. */
export const showKeys = reads(Type.Object({}, strict), async ({ keys, ownKeys }) => {
  const text = await ownKeys.kept();
  const document = text === undefined ? undefined : (JSON.parse(text) as KeyDocument);
  const stateOf = ({ kid, revoked }: PublishedKey) =>
    revoked !== null ? 'revoked' : kid === keys.signing.kid ? 'in use' : 'old';
  return {
    root: keys.root.kid,
    serial: document?.serial ?? null,
    valid_until: document?.valid_until ?? null,
    keys: (await ownKeys.read()).map((key) => ({
      kid: key.kid,
      state: stateOf(key),
      created: key.created,
      revoked: key.revoked,
    })),
  };
});

/** A new signing key, used at once; the one before still verifies what it signed. */
export const rotateKeys = changes(Type.Object({}, strict), ({ ownKeys }) => ownKeys.rotate());

/** Tells everybody not to believe what arrives under an old key. Asked twice it changes nothing the second time, and says so. */
export const revokeKey = changes(
  Type.Object({ kid: Type.String({ minLength: 1, maxLength: 100 }) }, strict),
  async ({ keys, ownKeys }, { kid }) => {
    if (kid === keys.root.kid)
      throw new OperationError('root_key', 'The root key is what others know this homeserver by.');
    if (kid === keys.signing.kid)
      throw new OperationError('key_in_use', 'This key is in use. First make another one: folkmoot keys rotate');
    if (!(await ownKeys.read()).some((key) => key.kid === kid))
      throw new OperationError('not_found', `This homeserver never had a key ${kid}; folkmoot keys show lists them.`);
    return { kid, changed: await ownKeys.revoke(kid) };
  },
);
