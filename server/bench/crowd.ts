import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAccount } from '../accounts/create-account.ts';
import { openSession } from '../accounts/sessions.ts';
import { createHomeserver, type Homeserver } from '../app.ts';
import { loadConfig } from '../base/config.ts';
import { createLog } from '../base/log.ts';
import type { Config } from '../base/settings.ts';
import { createSpace } from '../spaces/create-space.ts';
import { inviteNamesOf } from '../spaces/invite-store.ts';
import { listChannelRows } from '../spaces/space-store.ts';
import type { Writer } from '../storage/database.ts';

export interface Members {
  space: string;
  channel: string;
  /** Ids and access tokens, the owner first. */
  users: string[];
  tokens: string[];
  /** Of an invite that lets anybody in. */
  code: string;
}

export interface Crowd extends Members, AsyncDisposable {
  /** With a data folder for a homeserver in it. */
  folder: string;
}

/** Letters that look like no other: look-alike handles are refused. */
const letters = 'bcdfghjkpqstxyz';

function handleOf(index: number): string {
  let handle = '';
  for (let rest = index, digit = 0; digit < 5; digit++, rest = Math.floor(rest / letters.length))
    handle += letters[rest % letters.length];
  return `a${handle}`;
}

/** A community with members who are logged in, put straight into the data: the passwords of thousands take minutes to hash. */
export async function gatherCrowd(members: number, environment: Record<string, string> = {}): Promise<Crowd> {
  const folder = await mkdtemp(join(tmpdir(), 'folkmoot-bench-'));
  const { config } = loadConfig({ environment: { FOLKMOOT_DATA: join(folder, 'data'), ...environment }, folder });
  await using homeserver = await openForSeeding(config);
  const seeded = await seedMembers(homeserver, members);
  return { folder, ...seeded, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** A homeserver with its data open that serves nobody. */
export function openForSeeding(config: Config): Promise<Homeserver> {
  return createHomeserver({ config, log: createLog({ level: 'warn', format: 'json' }), webClientFolder: config.data });
}

/** Members that one transaction takes. */
const TOGETHER = 200;

export async function seedMembers(homeserver: Homeserver, members: number): Promise<Members> {
  const { committer, spaceLog, keys, accounts, clock, config } = homeserver;
  const users: string[] = [];
  const tokens: string[] = [];

  const arrive = async (tx: Writer): Promise<string> => {
    const now = clock.now();
    const account = { handle: handleOf(arrived++), password: '' };
    const user = await createAccount(tx, accounts, account, '', { admin: false, now });
    users.push(user.id);
    tokens.push((await openSession(tx, user.id, '', now)).token);
    return user.id;
  };
  const owner = await committer.commit(arrive);
  const wanted = { name: 'Crowd', description: '', template: 'friends' as const };
  const space = await committer.commit((tx) =>
    createSpace({ spaceLog, serverName: config.server_name, keys }, tx, owner, wanted),
  );
  const code = randomBytes(16).toString('base64url');
  const names = inviteNamesOf(code);
  const { invite } = names;
  const body = { ...names, max_uses: null, expires: null, role: null };
  await committer.commit((tx) =>
    spaceLog.submit(tx, { actor: owner, space, stream: '_', type: 'invite.create', ref: [], body }),
  );
  while (users.length < members) {
    await committer.commit(async (tx) => {
      for (const end = Math.min(members, users.length + TOGETHER); users.length < end; ) {
        const actor = await arrive(tx);
        await spaceLog.submit(tx, { actor, space, stream: '_', type: 'member.join', ref: [], body: { invite } });
      }
    });
  }
  const channels = await homeserver.database.read((reader) => listChannelRows(reader, space));
  const channel = channels.find(({ kind }) => kind === 'text')?.id;
  if (channel === undefined) throw new Error('no text channel');
  return { space, channel, users, tokens, code };
}

/** Handles are not given twice where several crowds meet on one homeserver. */
let arrived = 0;
