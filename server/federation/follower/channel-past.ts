import { findStream } from '../../streams/lines-store.ts';
import type { Background } from './background.ts';
import { fetchHistory, type FetchHistoryParts, type WantedHistory } from './fetch-history.ts';
import type { BadState } from './fetch-state.ts';
import { Serial } from './serial.ts';
import type { SpaceStreams } from './space-streams.ts';

export interface ChannelPastParts extends Omit<FetchHistoryParts, 'stop'> {
  /** Tells local members what is unread in channels whose latest messages have come now. */
  tellRead(space: string, channels: ReadonlySet<string>): Promise<void>;
  background: Pick<Background, 'isOver'>;
}

/** Messages that are fetched of each channel before somebody asks. */
const RECENT = { limit: 50, pages: 1 };

/** What was said in the channels of a space before they were here. */
export class ChannelPast {
  readonly #space: string;
  readonly #streams: SpaceStreams;
  readonly #parts: ChannelPastParts;
  readonly #serials = new Map<string, Serial>();
  readonly #underWay = new Map<string, Promise<boolean>>();

  constructor(space: string, streams: SpaceStreams, parts: ChannelPastParts) {
    this.#space = space;
    this.#streams = streams;
    this.#parts = parts;
  }

  /** True where the hub has more than what is here now. Many who want the same wait for one answer. */
  fetch(channel: string, wanted: WantedHistory): Promise<boolean> {
    const { before = '', limit, pages = '' } = wanted;
    const name = `${channel} ${before} ${limit} ${pages}`;
    const fetching =
      this.#underWay.get(name) ?? this.#fetch(channel, wanted).finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, fetching);
    return fetching;
  }

  #fetch(channel: string, wanted: WantedHistory): Promise<boolean> {
    const key = { space: this.#space, stream: channel };
    const stop = (stopped: BadState['stop']) => this.#streams.of(channel).stop(stopped);
    const serial = this.#serials.get(channel) ?? new Serial();
    this.#serials.set(channel, serial);
    return serial.run(() => fetchHistory({ ...this.#parts, stop }, key, wanted));
  }

  /** The latest messages of channels. What was said before they were there is no news, so their read states are told. */
  async fetchRecent(channels: readonly string[]): Promise<void> {
    const { background, tellRead } = this.#parts;
    const changed = new Set<string>();
    for (const channel of channels)
      if (!background.isOver && (await this.#hasFetchedRecent(channel))) changed.add(channel);
    if (changed.size > 0) await tellRead(this.#space, changed);
  }

  async #hasFetchedRecent(channel: string): Promise<boolean> {
    const key = { space: this.#space, stream: channel };
    const backOfNow = () => this.#parts.database.read((reader) => reader.get(findStream, key));
    const before = await backOfNow();
    await this.fetch(channel, RECENT);
    const after = await backOfNow();
    return before?.back_seq !== after?.back_seq || before?.back_epoch !== after?.back_epoch;
  }
}
