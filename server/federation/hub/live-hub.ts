import type { EphemeralItem } from '@folkmoot/protocol-spec/schemas/federation/live.ts';
import type { Notice } from '@folkmoot/protocol-spec/schemas/federation/notify.ts';
import type { WebSocket } from 'ws';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Database, Reader } from '../../storage/database.ts';
import type { StoredLine } from '../../streams/lines-store.ts';
import type { Restoration } from '../../streams/restoration.ts';
import type { TailBatch, TailEvent } from '../../streams/tail.ts';
import { botsAloneIn, type BotPorts, type BotViewer, isWithheld } from './bot-viewers.ts';
import { believable } from './believable.ts';
import type { FollowerPeer, SpaceFollower } from './follower-peer.ts';
import type { HubPorts } from './hub-ports.ts';
import { hashOfEnvelope, lineFor } from './line-text.ts';
import { type HiddenLine, hiddenAmong, keptFrom } from './hidden-members.ts';
import { type Heads, headsOf, linesFrames, nothingVisible, storedText } from './live-frames.ts';
import { LiveSocket } from './live-socket.ts';
import { Passing } from '../passing.ts';
import { Notices, type NoticeTiming, noticeTiming } from './notices.ts';
import {
  findSpaceServer,
  hiddenTest,
  isAtOrAfter,
  serversOfSpace,
  spacesOfServer,
  visibleOfSpace,
} from './visibility-store.ts';

export interface LiveHubParts {
  database: Pick<Database, 'read'>;
  ports: Pick<HubPorts, 'findSpace' | 'homeOf' | 'maySend' | 'hidesMembersIn'> & BotPorts;
  notify(server: string, notice: Notice): Promise<unknown>;
  /** Somebody of another homeserver does something that others see now. */
  onEphemeral(items: readonly EphemeralItem[]): void;
  /** A homeserver says something about its users in voice; that they are its own was not looked at. */
  onVoice(server: string, items: readonly EphemeralItem[]): void;
  /** A follower was told the heads of spaces, or of one that it may see more of. */
  onTold(server: string, space?: string): void;
  restoration: Pick<Restoration, 'isActive' | 'reached' | 'heard'>;
  clock: Clock;
  log: Log;
  timing?: NoticeTiming;
}

type Followers = Map<string, SpaceFollower>;
/** Spaces of which it is remembered who follows them; most have no followers. */
const REMEMBERED = 50_000;

/** Tells followers of the spaces of this homeserver what happens, as it happens. A message costs a peer that is away nothing. */
export class LiveHub {
  readonly #parts: LiveHubParts;
  readonly #passing: Passing;
  readonly #peers = new Map<string, FollowerPeer>();
  readonly #spaces = new Map<string, Followers>();
  readonly #connected = new Set<FollowerPeer>();
  #closed = false;

  constructor(parts: LiveHubParts) {
    this.#parts = parts;
    this.#passing = new Passing(parts.clock);
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
    const peer = this.#peerOf(server);
    peer.socket?.close('replaced');
    const socket = new LiveSocket(webSocket, {
      now: () => this.#parts.clock.now(),
      ephemeral: ({ items }) =>
        void this.#take(
          server,
          items.filter((item) => this.#passing.isNews(item, server)),
        ),
      healed: () => restoration.heard(server),
      closed: () => {
        if (peer.socket !== socket) return;
        peer.socket = undefined;
        peer.told = new Map();
        this.#connected.delete(peer);
      },
    });
    peer.socket = socket;
    peer.told = new Map();
    peer.moderated = new Set();
    peer.stale = new Set();
    this.#connected.add(peer);
    peer.notices.reached();
    peer.notices.drop();
    if (restoration.isActive) {
      restoration.reached(server);
      return socket.send(JSON.stringify({ op: 'restoring' }));
    }
    try {
      await this.#tellAll(peer, socket);
    } catch (error) {
      this.#parts.log.warn({ err: error, server }, 'a follower could not be told what there is');
      socket.terminate();
    }
  }

  /** It has asked for something, so it can be told something. */
  heard(server: string): void {
    this.#peers.get(server)?.notices.reached();
  }

  /** An admin blocked it. */
  drop(server: string): void {
    this.#peers.get(server)?.socket?.close('blocked');
  }

  isConnected(server: string): boolean {
    return this.#peers.get(server)?.socket !== undefined;
  }

  /** Hands on what somebody does to the followers who want to know it of that channel, or to one of them. [LIVE-7] */
  tell(item: EphemeralItem, { from, only }: { from?: string; only?: string } = {}): void {
    let frame: string | undefined;
    // Who is in voice is part of what a client is shown at first, whatever is open.
    const isForAll = isOfVoice(item);
    for (const peer of this.#connected) {
      const { server, socket, told } = peer;
      if (server === from || (only !== undefined && server !== only)) continue;
      if (!socket || !told.get(item.space)?.has(item.channel ?? '_')) continue;
      if (item.channel !== undefined && !isForAll && !socket.isInterestedIn(item.channel)) continue;
      const bots = this.#spaces
        .get(item.space)
        ?.get(server)
        ?.alone?.get(item.channel ?? '_');
      if (bots && !bots.some(({ grant }) => grant.events.includes('typing'))) continue;
      socket.send((frame ??= JSON.stringify({ op: 'ephemeral', items: [item] })));
    }
  }

  /** Everybody comes back, to be told anew where everything is. */
  restart(): void {
    this.#spaces.clear();
    for (const { socket } of [...this.#connected]) socket?.close('going_away');
  }

  close(): void {
    this.#closed = true;
    for (const { socket, notices } of this.#peers.values()) {
      notices.close();
      socket?.close('going_away');
    }
  }

  async #followSpace(reader: Reader, space: string, happened: readonly TailEvent[]): Promise<void> {
    const changed = happened.some(({ changesAccess }) => changesAccess);
    const followers = await this.#followersOf(reader, space, changed);
    if (changed) await this.#tellEnded(reader, space, followers, happened);
    if (followers.size === 0) return;
    // Those who are not told of somebody are told how many there are.
    const uncounted = new Set<FollowerPeer>();
    for (const [stream, inStream] of Map.groupBy(happened, ({ event }) => event.stream)) {
      const lines = inStream.map(({ line }) => line);
      const hidden = stream === '_' ? await this.#hiddenAmong(reader, space, lines) : [];
      let built: Buffer[] | undefined;
      const shared = () => (built ??= linesFrames(space, stream, lines.map(storedText)));
      for (const { peer, visible, alone } of followers.values()) {
        if (stream !== '_' && !visible.has(stream)) continue;
        if (!peer.socket) {
          const { epoch, seq, envelope } = lines.at(-1)!;
          peer.notices.add(space, stream, `${epoch}.${seq}.${hashOfEnvelope(envelope)}`);
          continue;
        }
        if (!peer.told.get(space)?.has(stream)) continue;
        const bots = alone?.get(stream);
        const isOwn = stream === '_' ? hidden.length > 0 : changed || bots !== undefined;
        const own = isOwn ? await this.#ownFrames(reader, peer, bots, space, stream, lines, hidden) : undefined;
        if (own && stream === '_') uncounted.add(peer);
        for (const frame of own ?? shared()) peer.socket.send(frame);
      }
    }
    for (const { peer, visible, moderates } of followers.values())
      if (peer.socket && (changed || !peer.told.has(space) || uncounted.has(peer)))
        await this.#tellAgain(reader, space, peer, visible, {
          anew: uncounted.has(peer) || moderates !== peer.moderated.has(space),
        });
  }

  async #hiddenAmong(reader: Reader, space: string, lines: readonly StoredLine[]): Promise<readonly HiddenLine[]> {
    const [first] = lines;
    return first && this.#parts.ports.hidesMembersIn(space) ? hiddenAmong(reader, first.stream_no, lines) : [];
  }

  /** Where some of the lines are hidden or withheld from this peer, its own frames. */
  async #ownFrames(
    reader: Reader,
    { server }: FollowerPeer,
    bots: readonly BotViewer[] | undefined,
    space: string,
    stream: string,
    lines: readonly StoredLine[],
    hidden: readonly HiddenLine[],
  ): Promise<Buffer[] | undefined> {
    const isHidden =
      stream === '_'
        ? await keptFrom(reader, { space, server }, hidden)
        : await hiddenTest(reader, { server, stream_no: lines[0]!.stream_no });
    const isKept = (line: StoredLine) => bots !== undefined && isWithheld(bots, line);
    if (!lines.some((line) => isHidden(line) || isKept(line))) return undefined;
    return linesFrames(
      space,
      stream,
      lines.map((line) => lineFor(line, isHidden(line), isKept(line))),
    );
  }

  /** Servers whose last member went: they get the end of `_`, and that there is nothing more. */
  async #tellEnded(reader: Reader, space: string, followers: Followers, happened: readonly TailEvent[]): Promise<void> {
    for (const peer of this.#connected) {
      if (!peer.told.has(space) || followers.has(peer.server)) continue;
      const row = await reader.get(findSpaceServer, { space, server: peer.server });
      const lines = happened.filter(
        ({ event }) =>
          event.stream === '_' && row && !isAtOrAfter(event, row.until_epoch ?? 0, (row.until_seq ?? 0) + 1),
      );
      if (lines.length > 0) {
        const stored = lines.map(({ line }) => line);
        const hidden = await this.#hiddenAmong(reader, space, stored);
        const isHidden = await keptFrom(reader, { space, server: peer.server }, hidden);
        const texts = stored.map((line) => lineFor(line, isHidden(line)));
        for (const frame of linesFrames(space, '_', texts)) peer.socket?.send(frame);
      }
      peer.socket?.send(nothingVisible(space));
      peer.told.delete(space);
      peer.moderated.delete(space);
    }
  }

  async #tellAgain(
    reader: Reader,
    space: string,
    peer: FollowerPeer,
    visible: ReadonlySet<string>,
    { anew }: { anew: boolean },
  ): Promise<void> {
    const told = peer.told.get(space);
    if (!anew && told && told.size === visible.size + 1 && [...visible].every((stream) => told.has(stream))) return;
    if (peer.stale) return void peer.stale.add(space);
    const heads = await headsOf(reader, this.#parts.ports, space, peer.server);
    noteTold(peer, space, heads);
    peer.socket?.send(heads.frame);
    this.#parts.onTold(peer.server, space);
  }

  /** What is said while this is read is said again, if it changes what the peer may see. */
  async #tellAll(peer: FollowerPeer, socket: LiveSocket): Promise<void> {
    const { database, ports } = this.#parts;
    const { server } = peer;
    let spaces = await database.read(async (reader) => (await reader.all(spacesOfServer, { server })).map(spaceIn));
    while (spaces.length > 0) {
      peer.stale = new Set();
      for (const space of spaces) {
        if (peer.socket !== socket) return;
        const heads = await database.read((reader) => headsOf(reader, ports, space, server));
        noteTold(peer, space, heads);
        socket.send(heads.frame);
      }
      spaces = [...peer.stale];
    }
    if (peer.socket !== socket) return;
    peer.stale = undefined;
    this.#parts.onTold(server);
  }

  async #followersOf(reader: Reader, space: string, anew: boolean): Promise<Followers> {
    const known = this.#spaces.get(space);
    if (known && !anew) return known;
    if (this.#spaces.size >= REMEMBERED) this.#spaces.clear();
    const followers: Followers = new Map();
    const servers = await reader.all(serversOfSpace, { space });
    if (servers.length > 0) {
      const alone = await botsAloneIn(reader, this.#parts.ports, space, this.#parts.clock.now());
      const streams = Map.groupBy(await reader.all(visibleOfSpace, { space }), ({ server }) => server);
      for (const { server, moderates } of servers) {
        const peer = this.#peerOf(server);
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

  #peerOf(server: string): FollowerPeer {
    const known = this.#peers.get(server);
    if (known) return known;
    const { notify, timing = noticeTiming } = this.#parts;
    // A notice may fail that was on its way when the server connected.
    const forget = () => {
      if (!this.isConnected(server)) this.#forgetFollower(server);
    };
    const notices = new Notices({
      send: (notice) => notify(server, notice),
      gone: forget,
      back: () => this.#spaces.clear(),
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

  /** From now on no message walks past it. */
  #forgetFollower(server: string): void {
    for (const followers of this.#spaces.values()) followers.delete(server);
  }

  async #take(server: string, items: readonly EphemeralItem[]): Promise<void> {
    const { database, ports, clock, onEphemeral, onVoice, log } = this.#parts;
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

function noteTold(peer: FollowerPeer, space: string, { streams, withUnlisted }: Heads): void {
  peer.told.set(space, streams);
  if (withUnlisted) peer.moderated.add(space);
  else peer.moderated.delete(space);
}

const isOfVoice = ({ kind }: EphemeralItem) => kind.startsWith('voice.') || kind.startsWith('call.');
const spaceIn = ({ space }: { space: string }) => space;
