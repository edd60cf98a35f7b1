import type { Cursor } from '@folkmoot/federation/schemas.ts';
import { comparePositions, formatPosition } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { Received, StreamKey } from '../../streams/followed-log.ts';
import type { Writer } from '../../storage/database.ts';
import { findStream } from '../../streams/lines-store.ts';
import { PeerRefusal } from '../peer-refusal.ts';
import { type AdoptParts, adoptSpace, adoptStreams } from './adopt-space.ts';
import { authorsOf, fetchHistory, type WantedHistory } from './fetch-history.ts';
import { BadState, checkState } from './fetch-state.ts';
import { FillMembers } from './fill-members.ts';
import { FollowedStream, type FollowedStreamParts } from './followed-stream.ts';
import {
  channelsHere,
  findFollow,
  hubOfSpace,
  localMembers,
  profileWithCount,
  setMemberCount,
  setModerating,
  setStage,
} from './follows-store.ts';
import { linesOfListed } from './listed-members.ts';
import type { FollowerTiming, SpaceHeads } from './ports.ts';
import { Serial } from './serial.ts';

export interface FollowedSpaceParts
  extends Omit<FollowedStreamParts, 'reached' | 'applied' | 'known' | 'listed' | 'ownMembers' | 'spaceLog'> {
  self: string;
  spaceLog: FollowedStreamParts['spaceLog'];
  timing: FollowerTiming;
  /** Tells local members what is unread in channels whose latest messages have come now. */
  tellRead(space: string, channels: ReadonlySet<string>): Promise<void>;
  /** Tells local members how many members there are. */
  tellCount(space: string): void;
  /** Whether it is the kind of space that those who join were told; where not, it is given up. */
  isAsTold(space: string, kind: unknown): boolean;
  /** There are channels now that were not there before. */
  adopted(): void;
  /** Nobody of this homeserver is a member any more. */
  ended(space: string): void;
}

const ENDS = new Set(['member.leave', 'member.kick', 'member.ban', 'space.delete']);
/** Users that are asked for at once. */
const USERS = 100;
/** More channels than any space has. */
const STREAMS = 2_000;
/** Messages that are fetched of each channel before somebody asks. */
const RECENT = { limit: 50, pages: 1 };
/** Times that a hub is asked for the number of members after a space was joined. */
const RECOUNTS = 5;

type Heads = SpaceHeads & { isOvertaken?: boolean };

/** A space of another hub: its streams are kept where the hub says they are, and those that nobody here may see are let go. */
export class FollowedSpace {
  readonly space: string;
  readonly hub: string;
  readonly members: FillMembers;
  readonly #parts: FollowedSpaceParts;
  readonly #streams = new Map<string, FollowedStream>();
  readonly #serial = new Serial();
  readonly #history = new Map<string, Serial>();
  readonly #refreshes = new Serial();
  readonly #fills = new Serial();
  /** Streams that lines were pushed of before they were here. */
  readonly #missed = new Set<string>();
  /** The newest heads that wait for their turn, and the work that takes them. */
  #latest: Heads | undefined;
  /** How often the hub told its heads by itself. */
  #told = 0;
  #reconciling: Promise<void> = Promise.resolve();
  /** Whether the number of members was one at the place that was here. */
  #isCounted = true;
  /** One that has not begun yet. */
  #refreshing: Promise<void> | undefined;
  #over = false;

  constructor(space: string, parts: FollowedSpaceParts) {
    this.space = space;
    this.hub = parts.hub;
    this.#parts = parts;
    this.members = new FillMembers(space, parts);
  }

  /** Lines that the hub pushed. */
  async take(stream: string, texts: readonly string[]): Promise<void> {
    const known = this.#streams.get(stream);
    if (known) return known.take(texts);
    // Noted before it is looked for: it may be adopted meanwhile.
    if (this.#missed.size < STREAMS) this.#missed.add(stream);
    if (!(await this.#isHere(stream))) return;
    this.#missed.delete(stream);
    await this.#stream(stream).take(texts);
  }

  /** What the hub says by itself that may be seen here. */
  reconcile(heads: SpaceHeads): Promise<void> {
    this.#told++;
    return this.#follow(heads);
  }

  /** Adopts what is new, lets go of what is missing, asks for what is behind. */
  #follow(heads: Heads): Promise<void> {
    const isWaiting = this.#latest !== undefined;
    if (isWaiting && heads.isOvertaken) return this.#reconciling;
    this.#latest = heads;
    // Each says all of it: of many only the newest counts.
    if (isWaiting) return this.#reconciling;
    this.#reconciling = this.#serial.run(async () => {
      const latest = this.#latest;
      this.#latest = undefined;
      if (latest) await this.#reconcile(latest);
    });
    return this.#reconciling;
  }

  /** Asks the hub where it is, and follows; one question for all who want that before it is asked. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refreshes.run(async () => {
      this.#refreshing = undefined;
      const told = this.#told;
      const heads = await this.#parts.questions.heads(this.hub, this.space);
      // What was told meanwhile may be newer than this answer: then nothing is let go of because of it. [FOL-2]
      const isOvertaken = this.#told !== told;
      if (isOvertaken) await this.#reconciling.catch(() => undefined);
      await this.#follow({ ...heads, isOvertaken });
    });
    return this.#refreshing;
  }

  /** The hub has put something at these places; of streams that are not here it is asked once. */
  async reach(told: ReadonlyMap<string, Cursor>): Promise<void> {
    const { database } = this.#parts;
    const follow = await database.read((reader) => reader.get(findFollow, { space: this.space }));
    if (!follow || this.#over) return;
    if (follow.stage === 'joining') return this.refresh();
    const here = new Set<string>();
    for (const stream of told.keys()) if (await this.#isHere(stream)) here.add(stream);
    for (const stream of here) this.#inBackground(this.#stream(stream).reach(told.get(stream)!));
    if (here.size < told.size) await this.refresh();
  }

  /** True where the hub has more than what is here now. */
  async history(channel: string, wanted: WantedHistory): Promise<boolean> {
    const key = this.#key(channel);
    const serial = this.#history.get(channel) ?? new Serial();
    this.#history.set(channel, serial);
    const stop = (stopped: BadState['stop']) => this.#stream(channel).stop(stopped);
    return serial.run(() => fetchHistory({ ...this.#parts, members: this.members, stop }, key, wanted));
  }

  /** What goes on behind what people see: the member list, the latest messages, streams that were stopped. */
  async background(): Promise<void> {
    for (const { stream } of this.#parts.quarantine.list().filter(({ space }) => space === this.space))
      this.#stream(stream).resume();
    try {
      const channels = await this.#parts.database.read((reader) => reader.all(channelsHere, { space: this.space }));
      await this.#recent(channels.map(({ id }) => id));
      await this.#fills.run(() => this.members.fill(() => this.#over));
    } catch (error) {
      this.#noteFailure(error, 'the past of a space is fetched another time');
    }
  }

  /** The hub does not name this space any more: reads how it ended. */
  async end(): Promise<void> {
    await this.#stream('_').pull();
    await this.#endIfEmpty();
  }

  close(): void {
    this.#over = true;
  }

  async #reconcile(heads: Heads): Promise<void> {
    const { database, committer, spaceLog } = this.#parts;
    const { space } = this;
    const { follow, channels } = await database.read(async (reader) => ({
      follow: await reader.get(findFollow, { space }),
      channels: await reader.all(channelsHere, { space }),
    }));
    if (!follow || this.#over) return;
    if (heads.streams.size > STREAMS)
      throw new PeerRefusal(200, { code: 'not_understood', message: 'It names more channels than any space has.' });
    const here = new Set(channels.map(({ id }) => id));
    const gone = heads.isOvertaken ? [] : [...here].filter((channel) => !heads.streams.has(channel));
    const streams = [...heads.streams.keys()].filter((stream) => stream !== '_' && !here.has(stream));
    const isNews = (follow.moderates === 1) !== heads.withUnlisted;
    if (isNews && (follow.stage === 'joining' || !heads.withUnlisted)) await this.#noteModerating(heads);
    if (follow.stage === 'joining') {
      await adoptSpace(this.#adopting(), space, heads);
      this.#parts.adopted();
      await this.#pullMissed();
      void this.background();
      // The state is newer than these heads, and may have more or fewer members than they count.
      this.#isCounted = await this.#isAt(heads);
      if (!this.#isCounted) this.#inBackground(this.#recount());
    } else {
      const root = heads.streams.get('_');
      if (root) await this.#stream('_').reach(root);
      await this.#setCount(heads);
      if (streams.length > 0) await this.#adopt(streams, root && formatPosition(root));
    }
    if (isNews && heads.withUnlisted && follow.stage !== 'joining') this.#inBackground(this.#fillAgain(heads));
    for (const channel of gone)
      await this.#stream(channel).alone(() => committer.commit((tx) => spaceLog.dropChannel(tx, space, channel)));
    for (const [stream, cursor] of heads.streams)
      if (stream !== '_' && here.has(stream)) this.#inBackground(this.#stream(stream).reach(cursor));
  }

  /** Whether unlisted members are shown to this homeserver from now on. */
  #noteModerating({ withUnlisted }: SpaceHeads, more?: (tx: Writer) => Promise<unknown>): Promise<void> {
    return this.#parts.committer.commit(async (tx) => {
      await tx.run(setModerating, { space: this.space, moderates: withUnlisted ? 1 : 0 });
      await more?.(tx);
    });
  }

  /** There are members that were not told of before: asks for all once more. */
  async #fillAgain(heads: SpaceHeads): Promise<void> {
    const { space } = this;
    // A hub that takes it back and says it again has it asked for once; what is left undone now is done with the next heads.
    if (this.#fills.waiting > 1) return;
    return this.#fills.run(async () => {
      await this.#noteModerating(heads, (tx) => tx.run(setStage, { space, stage: 'members', after: null }));
      await this.members.fill(() => this.#over);
    });
  }

  /** Channels that somebody here may see from now on. */
  async #adopt(streams: readonly string[], since?: string): Promise<void> {
    await adoptStreams(this.#adopting(), this.space, streams, since);
    this.#parts.adopted();
    await this.#pullMissed();
    this.#inBackground(this.#recent(streams));
  }

  /** What was pushed while a stream was being adopted lies after what was adopted. Names that mean nothing here are forgotten. */
  async #pullMissed(): Promise<void> {
    for (const stream of this.#missed) {
      this.#missed.delete(stream);
      if (await this.#isHere(stream)) this.#inBackground(this.#stream(stream).pull());
    }
  }

  /** The latest messages of channels. What was said before they were there is no news, so their read states are told. */
  async #recent(channels: readonly string[]): Promise<void> {
    const changed = new Set<string>();
    for (const channel of channels) if (!this.#over && (await this.#hasFetched(channel))) changed.add(channel);
    if (changed.size > 0) await this.#parts.tellRead(this.space, changed);
  }

  async #hasFetched(channel: string): Promise<boolean> {
    const backOfNow = () => this.#parts.database.read((reader) => reader.get(findStream, this.#key(channel)));
    const before = await backOfNow();
    await this.history(channel, RECENT);
    const after = await backOfNow();
    return before?.back_seq !== after?.back_seq || before?.back_epoch !== after?.back_epoch;
  }

  #adopting(): AdoptParts {
    const alone = (stream: string, work: () => Promise<void>) => this.#stream(stream).alone(work);
    return { ...this.#parts, members: this.members, alone, again: () => this.#inBackground(this.refresh()) };
  }

  /** Only where it is the count at the place that is here, while that place stays. */
  #setCount(heads: SpaceHeads): Promise<void> {
    const { database, committer, tellCount } = this.#parts;
    const [{ space }, { members }] = [this, heads];
    return this.#stream('_').alone(async () => {
      if (!(await this.#isAt(heads))) return;
      this.#isCounted = true;
      const before = await database.read((reader) => reader.get(profileWithCount, { space }));
      if (!before || before.member_count === members) return;
      await committer.commit((tx) => tx.run(setMemberCount, { space, members }));
      tellCount(space);
    });
  }

  async #isAt({ streams }: SpaceHeads): Promise<boolean> {
    return streams.get('_')?.hash === (await this.#stream('_').head())?.hash;
  }

  /** Where people come and go all the time it is left to the next heads. */
  async #recount(): Promise<void> {
    for (let left = RECOUNTS; left > 0 && !this.#isCounted && !this.#over; left--) await this.refresh();
  }

  async #isHere(stream: string): Promise<boolean> {
    return (await this.#parts.database.read((reader) => reader.get(findStream, this.#key(stream)))) !== undefined;
  }

  #stream(stream: string): FollowedStream {
    const known = this.#streams.get(stream);
    if (known) return known;
    const made = new FollowedStream(this.#key(stream), {
      ...this.#parts,
      reached: (auth) => this.#reached(auth),
      ownMembers: () => this.#ownMembers(),
      known: (lines) => this.#known(lines),
      listed: (lines) => this.#listed(lines),
      applied: (key, lines) => this.#applied(key, lines),
    });
    this.#streams.set(stream, made);
    return made;
  }

  #key(stream: string): StreamKey {
    return { space: this.space, stream };
  }

  /** Nothing of a channel is shown before what allowed it, unless that does not come. [FOL-5] */
  async #reached(auth: string): Promise<void> {
    const root = this.#stream('_');
    const head = await root.head();
    if (head && comparePositions(formatPosition(head), auth) >= 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, this.#parts.timing.authMs);
    root.pull().then(resolve, resolve);
    await promise;
    clearTimeout(timer);
  }

  async #ownMembers(): Promise<Received[]> {
    const { database, questions } = this.#parts;
    const users = await database.read((reader) => reader.all(localMembers, { space: this.space }));
    const lines: Received[] = [];
    for (let from = 0; from < users.length; from += USERS) {
      const some = users.slice(from, from + USERS).map(({ user }) => user);
      const page = await questions.users(this.hub, this.space, some);
      lines.push(...(await checkState(this.#parts, this.#key('_'), page)));
    }
    return lines;
  }

  /** Whoever wrote something has a name when it is shown, unless the hub does not say it. */
  async #known(lines: readonly Received[]): Promise<void> {
    try {
      await this.members.know(authorsOf(lines));
    } catch (error) {
      this.#noteFailure(error, 'who wrote something is asked for another time');
    }
  }

  async #listed(lines: readonly Received[]): Promise<Received[]> {
    try {
      return await linesOfListed(this.#parts, this.space, lines);
    } catch (error) {
      this.#noteFailure(error, 'who came onto the lists is asked for another time');
      return [];
    }
  }

  #applied(key: StreamKey, lines: readonly Received[]): void {
    if (key.stream !== '_') return;
    const types = lines.map((line) => (line.kind === 'event' ? line.event.envelope.type : ''));
    if (types.some((type) => ENDS.has(type))) this.#inBackground(this.#endIfEmpty());
  }

  async #endIfEmpty(): Promise<void> {
    const { database, ended } = this.#parts;
    const isOver = await database.read(async (reader) => {
      const members = await reader.all(localMembers, { space: this.space });
      return members.length === 0 || (await reader.get(hubOfSpace, { space: this.space }))?.deleted === 1;
    });
    if (isOver) ended(this.space);
  }

  #inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#noteFailure(error, 'a followed stream is read another time'));
  }

  #noteFailure(error: unknown, message: string): void {
    const { log } = this.#parts;
    if (this.#over) return;
    const expected = error instanceof BadState || error instanceof PeerRefusal;
    if (expected) log.debug({ err: error, space: this.space }, message);
    else log.info({ err: error, space: this.space }, message);
  }
}
