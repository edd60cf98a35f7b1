import type { EphemeralItem } from '@folkmoot/protocol-spec/schemas/federation/live.ts';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Database } from '../../storage/database.ts';
import { Passing } from '../passing.ts';
import { believable } from './believable.ts';
import type { Followers } from './followers.ts';
import type { HubPorts } from './hub-ports.ts';

export interface LiveEphemeralParts {
  database: Pick<Database, 'read'>;
  ports: Pick<HubPorts, 'homeOf' | 'maySend'>;
  /** Somebody of another homeserver does something that others see now. */
  onEphemeral(items: readonly EphemeralItem[]): void;
  /** A homeserver says something about its users in voice; that they are its own was not looked at. */
  onVoice(server: string, items: readonly EphemeralItem[]): void;
  clock: Clock;
  log: Log;
}

/** What passes between followers and this homeserver and is not in the log. */
export class LiveEphemeral {
  readonly #parts: LiveEphemeralParts;
  readonly #followers: Followers;
  readonly #passing: Passing;

  constructor(parts: LiveEphemeralParts, followers: Followers) {
    this.#parts = parts;
    this.#followers = followers;
    this.#passing = new Passing(parts.clock);
  }

  /** Hands on what somebody does to the followers who want to know it of that channel, or to one of them. [LIVE-7] */
  tell(item: EphemeralItem, { from, only }: { from?: string; only?: string } = {}): void {
    const stream = item.channel ?? '_';
    const followers = this.#followers.rememberedIn(item.space);
    let frame: string | undefined;
    // Who is in voice is part of what a client is shown at first, whatever is open.
    const isForAll = isOfVoice(item);
    for (const { server, socket, told } of this.#followers.connected) {
      if (server === from || (only !== undefined && server !== only)) continue;
      if (!socket || !told.get(item.space)?.has(stream)) continue;
      if (item.channel !== undefined && !isForAll && !socket.isInterestedIn(item.channel)) continue;
      const bots = followers?.get(server)?.alone?.get(stream);
      if (bots && !bots.some(({ grant }) => grant.events.includes('typing'))) continue;
      socket.send((frame ??= JSON.stringify({ op: 'ephemeral', items: [item] })));
    }
  }

  /** What a follower says. */
  async take(server: string, said: readonly EphemeralItem[]): Promise<void> {
    const { database, ports, clock, onEphemeral, onVoice, log } = this.#parts;
    const items = said.filter((item) => this.#passing.isNews(item, server));
    try {
      // Who is in voice is said by the hub alone.
      const voice = items.filter(isOfVoice);
      if (voice.length > 0) onVoice(server, voice);
      const others = items.filter((item) => !isOfVoice(item));
      const fine = await database.read((reader) => believable(reader, ports, server, others, clock.now()));
      if (fine.length > 0) onEphemeral(fine);
      for (const item of fine) this.tell(item, { from: server });
    } catch (error) {
      log.debug({ err: error, server }, 'what a follower said in passing was lost');
    }
  }
}

const isOfVoice = ({ kind }: EphemeralItem) => kind.startsWith('voice.') || kind.startsWith('call.');
