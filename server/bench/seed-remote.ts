import { buildIntent, signIntent } from '@folkmoot/federation/intent.ts';
import { proveInvite } from '@folkmoot/federation/invite-proof.ts';
import type { SigningKey } from '@folkmoot/federation/keys.ts';
import type { Intent } from '@folkmoot/federation/schemas.ts';
import type { Homeserver } from '../app.ts';
import { findUser } from '../accounts/account-store.ts';
import { createAccount } from '../accounts/create-account.ts';
import { inviteIdOf } from '../spaces/invite-store.ts';
import type { Members } from './crowd.ts';

/** Users of another homeserver, and the key that it signs their intents with. */
export interface Guests {
  home: string;
  key: SigningKey;
  users: { id: string; profile: object }[];
}

const TOGETHER = 256;

/** Accounts of a homeserver that does not run yet. */
export async function seedGuests(home: Homeserver, count: number): Promise<Guests> {
  const { committer, accounts, clock, config, keys } = home;
  const users = await committer.commit(async (tx) => {
    const made: Guests['users'] = [];
    for (let n = 0; n < count; n++) {
      const account = { handle: `guest${'bcdfghjkpq'[n % 10]}${'stxyzbcdfg'[Math.floor(n / 10)]}`, password: '' };
      const { id } = await createAccount(tx, accounts, account, '', { admin: false, now: clock.now() });
      const row = await tx.get(findUser, { id });
      made.push({ id, profile: { identity: JSON.parse(row?.identity ?? '{}'), display_name: account.handle } });
    }
    return made;
  });
  return { home: config.server_name, key: keys.signing, users };
}

/** Lets the guests join and write that many messages, each asked for by an intent that their home signed. */
export async function seedGuestHistory(
  { committer, spaceLog, config, clock }: Homeserver,
  { space, channel, code }: Members,
  { home, key, users }: Guests,
  count: number,
): Promise<void> {
  const counted = new Map<string, number>();
  const deedOf = (actor: string, stream: string, type: string, body: object) => {
    const n = (counted.get(actor) ?? 0) + 1;
    counted.set(actor, n);
    const fields = { aud: config.server_name, space, stream, type, actor, home, n, ts: clock.now(), body };
    const intent: Intent = signIntent(buildIntent({ ...fields, body: { ...body } }), key);
    return { actor, space, stream, type, ref: [], body, id: intent.id, home, intent };
  };
  const shown = (actor: string) => {
    const invite = inviteIdOf(code);
    return { invite, proof: proveInvite(code, { space, invite, actor }) };
  };
  await committer.commit(async (tx) => {
    for (const { id, profile } of users)
      await spaceLog.submit(tx, deedOf(id, '_', 'member.join', { ...shown(id), profile }));
  });
  for (let written = 0; written < count; ) {
    await committer.commit(async (tx) => {
      for (const end = Math.min(count, written + TOGETHER); written < end; written++) {
        const { id } = users[written % users.length] as Guests['users'][number];
        const body = { content: `message ${written} ${'x'.repeat(100)}` };
        await spaceLog.submit(tx, deedOf(id, channel, 'message.create', body));
      }
    });
  }
}
