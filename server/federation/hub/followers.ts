import type { Notice } from '@folkmoot/protocol-spec/schemas/federation/notify.ts';
import type { Clock } from '../../base/clock.ts';
import type { Reader } from '../../storage/database.ts';
import { type BotPorts, botsAloneIn } from './bot-viewers.ts';
import type { FollowerPeer, SpaceFollower } from './follower-peer.ts';
import { Notices, type NoticeTiming, noticeTiming } from './notices.ts';
import { serversOfSpace, visibleOfSpace } from './visibility-store.ts';

export interface FollowersParts {
  ports: BotPorts;
  notify(server: string, notice: Notice): Promise<unknown>;
  clock: Clock;
  timing?: NoticeTiming;
}

/** Who follows a space, by the name of the server. */
export type SpaceFollowers = ReadonlyMap<string, SpaceFollower>;

/** Spaces of which it is remembered who follows them; most have no followers. */
const REMEMBERED = 50_000;

/** Homeservers that follow spaces of this one, and which. */
export class Followers {
  /** Those with a live connection. */
  readonly connected = new Set<FollowerPeer>();
  readonly #parts: FollowersParts;
  readonly #peers = new Map<string, FollowerPeer>();
  readonly #spaces = new Map<string, Map<string, SpaceFollower>>();

  constructor(parts: FollowersParts) {
    this.#parts = parts;
  }

  find(server: string): FollowerPeer | undefined {
    return this.#peers.get(server);
  }

  all(): Iterable<FollowerPeer> {
    return this.#peers.values();
  }

  peerOf(server: string): FollowerPeer {
    const known = this.#peers.get(server);
    if (known) return known;
    const { notify, timing = noticeTiming } = this.#parts;
    const notices = new Notices({
      send: (notice) => notify(server, notice),
      gone: () => this.#forgetGone(server),
      back: () => this.forgetSpaces(),
      random: Math.random,
      timing,
    });
    const peer: FollowerPeer = {
      server,
      socket: undefined,
      told: new Map(),
      moderated: new Set(),
      stale: undefined,
      notices,
    };
    this.#peers.set(server, peer);
    return peer;
  }

  /** As it was when it was last read; undefined where it was not. */
  rememberedIn(space: string): SpaceFollowers | undefined {
    return this.#spaces.get(space);
  }

  async of(reader: Reader, space: string, anew: boolean): Promise<SpaceFollowers> {
    const known = this.#spaces.get(space);
    if (known && !anew) return known;
    if (this.#spaces.size >= REMEMBERED) this.#spaces.clear();
    const followers = new Map<string, SpaceFollower>();
    const servers = await reader.all(serversOfSpace, { space });
    if (servers.length > 0) {
      const alone = await botsAloneIn(reader, this.#parts.ports, space, this.#parts.clock.now());
      const streams = Map.groupBy(await reader.all(visibleOfSpace, { space }), ({ server }) => server);
      for (const { server, moderates } of servers) {
        const peer = this.peerOf(server);
        if (peer.notices.isGone && !peer.socket) continue;
        followers.set(server, {
          peer,
          visible: new Set((streams.get(server) ?? []).map(({ stream }) => stream)),
          moderates: moderates === 1,
          alone: alone.get(server),
        });
      }
    }
    this.#spaces.set(space, followers);
    return followers;
  }

  forgetSpaces(): void {
    this.#spaces.clear();
  }

  /** From now on no message walks past it. */
  #forgetGone(server: string): void {
    // A notice may fail that was on its way when the server connected.
    if (this.find(server)?.socket) return;
    for (const followers of this.#spaces.values()) followers.delete(server);
  }
}
