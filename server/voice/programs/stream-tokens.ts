import { randomId } from '@folkmoot/federation/ids.ts';
import { voiceLimits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { Clock } from '../../base/clock.ts';
import { Refusal } from '../../base/errors.ts';
import { hashToken, issueToken } from '../../base/tokens.ts';
import type { Database } from '../../storage/database.ts';
import type { Committer } from '../../streams/committer.ts';
import type { Signals } from '../../streams/signals.ts';
import type { Place } from '../participant.ts';
import {
  deleteStreamToken,
  findStreamToken,
  forgetStreamTokens,
  insertStreamToken,
  type StreamTokenRow,
  streamTokensOfChannel,
  streamTokensOfUser,
} from './stream-token-store.ts';

export type StreamTicket = Omit<StreamTokenRow, 'hash'>;

export interface StreamTokensParts {
  database: Pick<Database, 'read'>;
  commit: Committer['commit'];
  signals: Pick<Signals, 'listen'>;
  clock: Clock;
  publicUrl: string;
}

const DAY = 86_400_000;
const paths = { send: '/voice/whip', watch: '/voice/whep' } as const;

/**
 * Tokens for programs, which keep them in their settings: each good for one user and channel, for a day, and not longer than the session
 * that asked for it. What the user may is looked up at each use. [VOX-19]
 */
export class StreamTokens {
  readonly #parts: StreamTokensParts;
  readonly #listeners: ((isDead: (ticket: StreamTicket) => boolean) => void)[] = [];

  constructor(parts: StreamTokensParts) {
    this.#parts = parts;
    parts.signals.listen((signal) => {
      if (signal.kind === 'session_ended') this.#tell(({ login }) => login === signal.session);
      if (signal.kind === 'user_ended') this.#tell(({ user }) => user === signal.user);
    });
  }

  async issue(
    { user, login }: { user: string; login: string },
    { space, channel }: Place,
    use: { kind: 'send' } | { kind: 'watch'; watches: string | null },
  ): Promise<{ id: string; url: string; token: string; expires: number }> {
    const { commit, clock, publicUrl } = this.#parts;
    const now = clock.now();
    const { token, hash } = issueToken('fm_w_');
    const ticket: StreamTicket = {
      id: randomId('x_'),
      user,
      login,
      space,
      channel,
      watches: null,
      ...use,
      created: now,
      expires: now + DAY,
    };
    await commit(async (tx) => {
      await tx.run(forgetStreamTokens, { user, now });
      const most = voiceLimits.streamTokensPerUser;
      if ((await tx.all(streamTokensOfUser, { user, now })).length >= most)
        throw new Refusal('limit_reached', { most });
      await tx.run(insertStreamToken, { ...ticket, hash });
    });
    return { id: ticket.id, url: publicUrl + paths[use.kind], token, expires: ticket.expires };
  }

  /** Undefined for whatever is no token of this kind that is still good. */
  async find(kind: StreamTicket['kind'], token: string): Promise<StreamTicket | undefined> {
    const { database, clock } = this.#parts;
    const asked = { hash: hashToken(token), now: clock.now() };
    const row = await database.read((reader) => reader.get(findStreamToken, asked));
    if (row?.kind !== kind) return undefined;
    const { hash: _hash, ...ticket } = row;
    return ticket;
  }

  async inChannel(place: Place): Promise<StreamTicket[]> {
    const { database, clock } = this.#parts;
    return database.read((reader) => reader.all(streamTokensOfChannel, { ...place, now: clock.now() }));
  }

  async revoke(id: string): Promise<void> {
    await this.#parts.commit((tx) => tx.run(deleteStreamToken, { id }));
    this.#tell((ticket) => ticket.id === id);
  }

  /** Who is told which tokens are dead, so that what uses them ends. */
  onDead(listener: (isDead: (ticket: StreamTicket) => boolean) => void): void {
    this.#listeners.push(listener);
  }

  #tell(isDead: (ticket: StreamTicket) => boolean): void {
    for (const listener of this.#listeners) listener(isDead);
  }
}
