import { randomBytes } from 'node:crypto';
import { Type } from 'typebox';
import { createRegistrationInvite } from '../accounts/registration-invite.ts';
import { inviteNamesOf } from '../spaces/invite-store.ts';
import { requireSpace } from './find-space.ts';
import { requireAccount } from './find-user.ts';
import { changes, OperationError } from './operation.ts';
import { strict } from './schemas.ts';

const Named = Type.String({ minLength: 1, maxLength: 300 });
const terms = {
  max_uses: Type.Union([Type.Integer({ minimum: 1, maximum: 1_000_000 }), Type.Null()]),
  /** Milliseconds. */
  expires_in: Type.Union([Type.Integer({ minimum: 1_000, maximum: 366 * 86_400_000 }), Type.Null()]),
};

/** A link to register here, without a community. The code is shown this once. */
export const inviteToRegister = changes(Type.Object(terms, strict), async (parts, { max_uses, expires_in }) => {
  const { committer, clock, config } = parts;
  const now = clock.now();
  const expires = expires_in === null ? null : now + expires_in;
  const code = await committer.commit((tx) => createRegistrationInvite(tx, { expires, maxUses: max_uses }, now));
  return { code, url: `${config.public_url}/register/${code}`, max_uses, expires };
});

/** An invite link to a community, made by a member who may: the owner unless somebody else is named. */
export const inviteToSpace = changes(
  Type.Object({ space: Named, as: Type.Optional(Named), ...terms }, strict),
  async ({ committer, spaceLog, clock, config }, { space: named, as, max_uses, expires_in }) => {
    const code = randomBytes(16).toString('base64url');
    const expires = expires_in === null ? null : clock.now() + expires_in;
    return committer.commit(async (tx) => {
      const space = await requireSpace(tx, named);
      if (space.hub !== config.server_name)
        throw new OperationError('other_hub', `${space.name} belongs to ${space.hub}: an invite to it is made there.`);
      const actor = as === undefined ? space.owner : (await requireAccount(tx, config.server_name, as)).id;
      const body = { ...inviteNamesOf(code), max_uses, expires, role: null };
      await spaceLog.submit(tx, { actor, space: space.id, stream: '_', type: 'invite.create', ref: [], body });
      return { code, url: `${config.public_url}/invite/${code}`, space: space.id, name: space.name, max_uses, expires };
    });
  },
);
