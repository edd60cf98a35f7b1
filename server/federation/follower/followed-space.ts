import type { Cursor } from '@folkmoot/federation/schemas.ts';
import { formatPosition } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { Writer } from '../../storage/database.ts';
import type { Received, StreamKey } from '../../streams/followed-log.ts';
import { PeerRefusal } from '../peer-refusal.ts';
import { type AdoptParts, adoptSpace, adoptStreams } from './adopt-space.ts';
import { Background } from './background.ts';
import { ChannelPast } from './channel-past.ts';
import type { WantedHistory } from './fetch-history.ts';
import { FillMembers } from './fill-members.ts';
import type { FollowedStreamParts } from './followed-stream.ts';
import { channelsHere, findFollow, hubOfSpace, localMembers, setModerating, setStage } from './follows-store.ts';
import { type Heads, HeadsInTurn } from './heads-in-turn.ts';
import { MemberCount } from './member-count.ts';
import type { NameMembersParts } from './name-members.ts';
import type { FollowerTiming, SpaceHeads } from './ports.ts';
import { Serial } from './serial.ts';
import { SpaceStreams } from './space-streams.ts';

export interface FollowedSpaceParts
  extends Omit<FollowedStreamParts, 'reached' | 'applied' | 'known' | 'listed' | 'ownMembers'>,
    Omit<NameMembersParts, 'hub' | 'database'> {
  self: string;
  timing: FollowerTiming;
  /** Tells local members what is unread in channels whose latest messages have come now. */
  tellRead(space: string, channels: ReadonlySet<string>): Promise<void>;
  /** Tells local members how many members there are. */
  tellCount(space: string): void;
  /** Whether it is the kind of space that those who join were told; where not, it is given up. */
  isAsTold(space: string, kind: unknown): Promise<boolean>;
  /** There are channels now that were not there before. */
  adopted(): void;
  /** Nobody of this homeserver is a member any more. */
  ended(space: string): void;
}

const ENDS = new Set(['member.leave', 'member.kick', 'member.ban', 'space.delete']);
/** More channels than any space has. */
const STREAMS = 2_000;

/** A space of another hub: its streams are kept where the hub says they are, and those that nobody here may see are let go. */
export class FollowedSpace {
  readonly space: string;
  readonly hub: string;
  readonly #parts: FollowedSpaceParts;
  readonly #background: Background;
  readonly #members: FillMembers;
  readonly #streams: SpaceStreams;
  readonly #past: ChannelPast;
  readonly #count: MemberCount;
  readonly #heads: HeadsInTurn;
  readonly #fills = new Serial();

  constructor(space: string, parts: FollowedSpaceParts) {
    const { hub, questions } = parts;
    this.space = space;
    this.hub = hub;
    this.#parts = parts;
    this.#background = new Background(space, { ...parts, again: () => this.#again() });
    this.#members = new FillMembers(space, parts);
    const shared = { ...parts, members: this.#members, background: this.#background };
    this.#streams = new SpaceStreams(space, { ...shared, applied: (key, lines) => this.#applied(key, lines) });
    this.#past = new ChannelPast(space, this.#streams, shared);
    this.#count = new MemberCount(space, this.#streams, parts);
    this.#heads = new HeadsInTurn(
      () => questions.heads(hub, space),
      (heads) => this.#reconcile(heads),
    );
  }

  /** Lines that the hub pushed. */
  take(stream: string, texts: readonly string[]): Promise<void> {
    return this.#background.watch(this.#streams.take(stream, texts));
  }

  /** What the hub says by itself that may be seen here. */
  reconcile(heads: SpaceHeads): Promise<void> {
    return this.#background.watch(this.#heads.take(heads));
  }

  /** Asks the hub where it is, and follows. */
  refresh(): Promise<void> {
    return this.#heads.refresh();
  }

  /** The hub has put something at these places; of streams that are not here it is asked once. */
  reach(told: ReadonlyMap<string, Cursor>): Promise<void> {
    return this.#background.watch(this.#reach(told));
  }

  async #reach(told: ReadonlyMap<string, Cursor>): Promise<void> {
    const { database } = this.#parts;
    const follow = await database.read((reader) => reader.get(findFollow, { space: this.space }));
    if (!follow || this.#background.isOver) return;
    if (follow.stage === 'joining') return this.refresh();
    const here = new Set<string>();
    for (const stream of told.keys()) if (await this.#streams.isHere(stream)) here.add(stream);
    for (const stream of here) this.#background.run(this.#streams.of(stream).reach(told.get(stream)!));
    if (here.size < told.size) await this.refresh();
  }

  /** True where the hub has more than what is here now. */
  history(channel: string, wanted: WantedHistory): Promise<boolean> {
    return this.#past.fetch(channel, wanted);
  }

  /** What goes on behind what people see: the member list, the latest messages, streams that were stopped. */
  async background(): Promise<void> {
    for (const { stream } of this.#parts.quarantine.list().filter(({ space }) => space === this.space))
      this.#streams.of(stream).resume();
    try {
      const channels = await this.#parts.database.read((reader) => reader.all(channelsHere, { space: this.space }));
      await this.#past.fetchRecent(channels.map(({ id }) => id));
      await this.#fills.run(() => this.#members.fill(() => this.#background.isOver));
    } catch (error) {
      this.#background.noteFailure(error, 'the past of a space is fetched another time');
    }
  }

  /** The hub does not name this space any more: reads how it ended. */
  async end(): Promise<void> {
    await this.#streams.of('_').pull();
    await this.endIfEmpty();
  }

  close(): void {
    this.#background.close();
  }

  /** All that was missed while nothing could be kept here. */
  async #again(): Promise<void> {
    await this.refresh();
    await this.background();
  }

  async #reconcile(heads: Heads): Promise<void> {
    const { database, committer, spaceLog } = this.#parts;
    const { space } = this;
    const { follow, channels } = await database.read(async (reader) => ({
      follow: await reader.get(findFollow, { space }),
      channels: await reader.all(channelsHere, { space }),
    }));
    if (!follow || this.#background.isOver) return;
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
      await this.#streams.pullMissed();
      void this.background();
      if (!(await this.#count.isOf(heads))) this.#background.run(this.#recount());
    } else {
      const root = heads.streams.get('_');
      if (root) await this.#streams.of('_').reach(root);
      await this.#count.set(heads);
      if (streams.length > 0) await this.#adopt(streams, root && formatPosition(root));
    }
    if (isNews && heads.withUnlisted && follow.stage !== 'joining') this.#background.run(this.#fillAgain(heads));
    for (const channel of gone)
      await this.#streams.of(channel).alone(() => committer.commit((tx) => spaceLog.dropChannel(tx, space, channel)));
    for (const [stream, cursor] of heads.streams)
      if (stream !== '_' && here.has(stream)) this.#background.run(this.#streams.of(stream).reach(cursor));
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
      await this.#members.fill(() => this.#background.isOver);
    });
  }

  /** Channels that somebody here may see from now on. */
  async #adopt(streams: readonly string[], since?: string): Promise<void> {
    await adoptStreams(this.#adopting(), this.space, streams, since);
    this.#parts.adopted();
    await this.#streams.pullMissed();
    this.#background.run(this.#past.fetchRecent(streams));
  }

  #adopting(): AdoptParts {
    return {
      ...this.#parts,
      members: this.#members,
      alone: (stream, work) => this.#streams.of(stream).alone(work),
      again: () => this.#background.run(this.refresh()),
    };
  }

  #recount(): Promise<void> {
    return this.#count.recount(
      () => this.refresh(),
      () => this.#background.isOver,
    );
  }

  #applied(key: StreamKey, lines: readonly Received[]): void {
    if (key.stream !== '_') return;
    const types = lines.map((line) => (line.kind === 'event' ? line.event.envelope.type : ''));
    if (types.some((type) => ENDS.has(type))) this.#background.run(this.endIfEmpty());
  }

  /** Follows no more where nobody of this homeserver is a member. */
  async endIfEmpty(): Promise<void> {
    const { database, ended } = this.#parts;
    const isOver = await database.read(async (reader) => {
      const members = await reader.all(localMembers, { space: this.space });
      return members.length === 0 || (await reader.get(hubOfSpace, { space: this.space }))?.deleted === 1;
    });
    if (isOver) ended(this.space);
  }
}
