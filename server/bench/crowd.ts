import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomId } from '@folkmoot/federation/ids.ts';
import { createAccount } from '../accounts/create-account.ts';
import { openSession } from '../accounts/sessions.ts';
import { createHomeserver } from '../app.ts';
import { loadConfig } from '../base/config.ts';
import { createLog } from '../base/log.ts';
import { createSpace } from '../spaces/create-space.ts';
import { listChannelRows } from '../spaces/space-store.ts';
import type { Writer } from '../storage/database.ts';

export interface Crowd extends AsyncDisposable {
  /** With a data folder for a homeserver in it. */
  folder: string;
  space: string;
  channel: string;
  /** Access tokens of the members, the owner first. */
  tokens: string[];
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
  const log = createLog({ level: 'warn', format: 'json' });
  await using homeserver = await createHomeserver({ config, log, webClientFolder: folder });
  const { committer, spaceLog, keys, accounts, clock } = homeserver;
  const tokens: string[] = [];

  const arrive = async (tx: Writer, index: number): Promise<string> => {
    const now = clock.now();
    const user = await createAccount(tx, accounts, { handle: handleOf(index), password: '' }, '', {
      admin: false,
      now,
    });
    tokens.push((await openSession(tx, user.id, '', now)).token);
    return user.id;
  };
  const owner = await committer.commit((tx) => arrive(tx, 0));
  const wanted = { name: 'Crowd', description: '', template: 'friends' as const };
  const space = await committer.commit((tx) =>
    createSpace({ spaceLog, serverName: config.server_name, keys }, tx, owner, wanted),
  );
  const invite = randomId('n_');
  const body = { invite, max_uses: null, expires: null, role: null };
  await committer.commit((tx) =>
    spaceLog.submit(tx, { actor: owner, space, stream: '_', type: 'invite.create', ref: [], body }),
  );
  for (let index = 1; index < members; ) {
    await committer.commit(async (tx) => {
      for (const end = Math.min(members, index + 200); index < end; index++) {
        const actor = await arrive(tx, index);
        await spaceLog.submit(tx, { actor, space, stream: '_', type: 'member.join', ref: [], body: { invite } });
      }
    });
  }
  const channels = await homeserver.database.read((reader) => listChannelRows(reader, space));
  const channel = channels.find(({ kind }) => kind === 'text')?.id;
  if (channel === undefined) throw new Error('no text channel');
  return { folder, space, channel, tokens, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
