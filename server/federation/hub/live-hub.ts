import type { EphemeralItem } from '@folkmoot/protocol-spec/schemas/federation/live.ts';
import type { WebSocket } from 'ws';
import type { Database, Reader } from '../../storage/database.ts';
import type { Restoration } from '../../streams/restoration.ts';
import type { TailBatch, TailEvent } from '../../streams/tail.ts';
import type { FollowerPeer } from './follower-peer.ts';
import { Followers, type FollowersParts, type SpaceFollowers } from './followers.ts';
import type { HubPorts } from './hub-ports.ts';
import { hashOfEnvelope } from './line-text.ts';
import { LiveEphemeral, type LiveEphemeralParts } from './live-ephemeral.ts';
import { linesFrames, nothingVisible, storedText } from './live-frames.ts';
import { LiveSocket } from './live-socket.ts';
import { hiddenIn, ownFrames } from './peer-frames.ts';
import { tellAgain, tellAll, type TellHeadsParts } from './tell-heads.ts';
import { findSpaceServer, isAtOrAfter } from './visibility-store.ts';

export interface LiveHubParts extends FollowersParts, LiveEphemeralParts, TellHeadsParts {
  database: Pick<Database, 'read'>;
  ports: FollowersParts['ports'] &
    LiveEphemeralParts['ports'] &
    TellHeadsParts['ports'] &
    Pick<HubPorts, 'hidesMembersIn'>;
  restoration: Pick<Restoration, 'isActive' | 'reached' | 'heard'>;
}

/** Tells followers of the spaces of this homeserver what happens, as it happens. A message costs a peer that is away nothing. */
export class LiveHub {
  readonly #parts: LiveHubParts;
  readonly #followers: Followers;
  readonly #ephemeral: LiveEphemeral;
  #closed = false;

  constructor(parts: LiveHubParts) {
    this.#parts = parts;
    this.#followers = new Followers(parts);
    this.#ephemeral = new LiveEphemeral(parts, this.#followers);
  }

  /** Listens to the tail: each batch is sent before the next one is read. */
  async follow({ reader, events }: TailBatch): Promise<void> {
    // Whoever is connected then is told everything when this homeserver is itself again.
    if (this.#closed || this.#parts.restoration.isActive) return;
    for (const [space, happened] of Map.groupBy(events, ({ event }) => event.space))
      await this.#followSpace(reader, space, happened);
  }

  /** A follower that has proven who it is. [LIVE-1] */
  async open(server: string, webSocket: WebSocket): Promise<void> {
    // It came while this homeserver stops, after all others were told to come back.
    if (this.#closed) return webSocket.terminate();
    const { restoration } = this.#parts;
    const peer = this.#followers.peerOf(server);
    peer.socket?.close('replaced');
    const socket = new LiveSocket(webSocket, {
      now: () => this.#parts.clock.now(),
      ephemeral: ({ items }) => void this.#ephemeral.take(server, items),
      healed: () => restoration.heard(server),
      closed: () => {
        if (peer.socket !== socket) return;
        peer.socket = undefined;
        peer.told = new Map();
        this.#followers.connected.delete(peer);
      },
    });
    peer.socket = socket;
    peer.told = new Map();
    peer.moderated = new Set();
    peer.stale = new Set();
    this.#followers.connected.add(peer);
    peer.notices.reached();
    peer.notices.drop();
    if (restoration.isActive) {
      restoration.reached(server);
      return socket.send(JSON.stringify({ op: 'restoring' }));
    }
    try {
      await tellAll(this.#parts, peer, socket);
    } catch (error) {
      this.#parts.log.warn({ err: error, server }, 'a follower could not be told what there is');
      socket.terminate();
    }
  }

  /** It has asked for something, so it can be told something. */
  heard(server: string): void {
    this.#followers.find(server)?.notices.reached();
  }

  /** An admin blocked it. */
  drop(server: string): void {
    this.#followers.find(server)?.socket?.close('blocked');
  }

  isConnected(server: string): boolean {
    return this.#followers.find(server)?.socket !== undefined;
  }

  /** Hands on what somebody does to the followers who want to know it of that channel, or to one of them. [LIVE-7] */
  tell(item: EphemeralItem, to: { from?: string; only?: string } = {}): void {
    this.#ephemeral.tell(item, to);
  }

  /** Everybody comes back, to be told anew where everything is. */
  restart(): void {
    this.#followers.forgetSpaces();
    for (const { socket } of [...this.#followers.connected]) socket?.close('going_away');
  }

  close(): void {
    this.#closed = true;
    for (const { socket, notices } of this.#followers.all()) {
      notices.close();
      socket?.close('going_away');
    }
  }

  async #followSpace(reader: Reader, space: string, happened: readonly TailEvent[]): Promise<void> {
    const changed = happened.some(({ changesAccess }) => changesAccess);
    const followers = await this.#followers.of(reader, space, changed);
    if (changed) await this.#tellEnded(reader, space, followers, happened);
    if (followers.size === 0) return;
    // Those who are not told of somebody are told how many there are.
    const uncounted = new Set<FollowerPeer>();
    for (const [stream, inStream] of Map.groupBy(happened, ({ event }) => event.stream)) {
      const lines = inStream.map(({ line }) => line);
      const hidden = stream === '_' ? await hiddenIn(reader, this.#parts.ports, space, lines) : [];
      let built: Buffer[] | undefined;
      const shared = () => (built ??= linesFrames(space, stream, lines.map(storedText)));
      for (const { peer, visible, alone } of followers.values()) {
        if (stream !== '_' && !visible.has(stream)) continue;
        const { server, socket } = peer;
        if (!socket) {
          const { epoch, seq, envelope } = lines.at(-1)!;
          peer.notices.add(space, stream, `${epoch}.${seq}.${hashOfEnvelope(envelope)}`);
          continue;
        }
        if (!peer.told.get(space)?.has(stream)) continue;
        const bots = alone?.get(stream);
        const isOwn = stream === '_' ? hidden.length > 0 : changed || bots !== undefined;
        const own = isOwn ? await ownFrames(reader, { server, space, stream, lines, hidden, bots }) : undefined;
        if (own && stream === '_') uncounted.add(peer);
        for (const frame of own ?? shared()) socket.send(frame);
      }
    }
    for (const follower of followers.values()) {
      const { peer, moderates } = follower;
      const isNews = uncounted.has(peer) || moderates !== peer.moderated.has(space);
      if (peer.socket && (changed || !peer.told.has(space) || uncounted.has(peer)))
        await tellAgain(reader, this.#parts, follower, space, isNews);
    }
  }

  /** Servers whose last member went: they get the end of `_`, and that there is nothing more. */
  async #tellEnded(
    reader: Reader,
    space: string,
    followers: SpaceFollowers,
    happened: readonly TailEvent[],
  ): Promise<void> {
    for (const peer of this.#followers.connected) {
      const { server } = peer;
      if (!peer.told.has(space) || followers.has(server)) continue;
      const row = await reader.get(findSpaceServer, { space, server });
      const isBeforeEnd = ({ event }: TailEvent) =>
        event.stream === '_' && row && !isAtOrAfter(event, row.until_epoch ?? 0, (row.until_seq ?? 0) + 1);
      const lines = happened.filter(isBeforeEnd).map(({ line }) => line);
      if (lines.length > 0) {
        const hidden = await hiddenIn(reader, this.#parts.ports, space, lines);
        const own = await ownFrames(reader, { server, space, stream: '_', lines, hidden, bots: undefined });
        for (const frame of own ?? linesFrames(space, '_', lines.map(storedText))) peer.socket?.send(frame);
      }
      peer.socket?.send(nothingVisible(space));
      peer.told.delete(space);
      peer.moderated.delete(space);
    }
  }
}
