import { liveLimits } from '@folkmoot/protocol-spec/schemas/federation/live.ts';
import type { EphemeralItem } from '@folkmoot/protocol-spec/schemas/federation/live.ts';
import { query, sql } from '../../storage/query.ts';
import { Passing } from '../passing.ts';
import { PeerRefusal } from '../peer-refusal.ts';
import { type EphemeralParts, takeEphemeral } from './ephemeral.ts';
import { type ErasureParts, fetchErasures } from './fetch-erasures.ts';
import { FollowedSpace, type FollowedSpaceParts } from './followed-space.ts';
import { healSpace } from './heal-hub.ts';
import { cursorOf } from './hub-questions.ts';
import type { HubStates } from './hub-states.ts';
import { LiveConnection, type LiveParts } from './live-connection.ts';

export interface HubLinkParts
  extends Omit<FollowedSpaceParts, 'hub' | 'ended' | 'adopted'>,
    EphemeralParts,
    ErasureParts {
  connect: LiveParts['connect'];
  states: HubStates;
  ended(hub: string, space: string): void;
  /** The hub names this homeserver in a space that it does not follow. */
  named(hub: string, space: string): void;
  /** What the hub says that is not in the log, of spaces of it that are followed. */
  heard(hub: string, items: readonly EphemeralItem[]): void;
}

const textChannels = query<{ space: string }>()((p) =>
  sql.selectFrom('channels').select('id').where('space', '=', p.space).where('kind', '=', 'text'),
);

/** How long a hub has after opening to name every space that it knows this homeserver in. */
const NAMED_MS = 5_000;
const ERASURES_MS = 1_800_000;

/** One hub, the spaces of it that are followed, and the live connection that they share. */
export class HubLink {
  readonly hub: string;
  readonly #parts: HubLinkParts;
  readonly #spaces = new Map<string, FollowedSpace>();
  readonly #live: LiveConnection;
  readonly #interest: NodeJS.Timeout;
  readonly #erasures: NodeJS.Timeout;
  readonly #passing: Passing;
  #unnamed = new Set<string>();
  #naming: NodeJS.Timeout | undefined;
  /** What is under way, and is not begun twice. */
  #healing: Promise<void> | undefined;
  #erasing: Promise<void> | undefined;
  #closed = false;

  constructor(hub: string, parts: HubLinkParts) {
    this.hub = hub;
    this.#parts = parts;
    this.#passing = new Passing(parts.clock);
    this.#live = new LiveConnection({
      hub,
      connect: parts.connect,
      timing: parts.timing,
      opened: () => this.#opened(),
      failed: (error) => {
        parts.log.debug({ err: error, hub }, 'a hub cannot be reached');
        parts.states.set(hub, 'away', this.#spaces.keys());
      },
      heads: ({ space, member_count: members, with_unlisted: withUnlisted = false, streams }) => {
        this.#unnamed.delete(space);
        const heads = new Map(Object.entries(streams).map(([stream, text]) => [stream, cursorOf(text)]));
        const followed = this.#spaces.get(space);
        if (!followed) parts.named(hub, space);
        return this.#run(followed?.reconcile({ members, withUnlisted, streams: heads }));
      },
      lines: ({ space, stream }, texts) => this.#run(this.#spaces.get(space)?.take(stream, texts)),
      ephemeral: ({ items }) => {
        const ours = items.filter(({ space }) => this.#spaces.has(space));
        if (ours.length > 0) parts.heard(hub, ours);
        const news = ours.filter((item) => this.#passing.isNews(item, hub));
        return this.#run(news.length > 0 ? takeEphemeral(parts, news) : undefined);
      },
      restoring: () => {
        if (this.#healing) return;
        this.#healing = this.#run(this.#heal()).finally(() => (this.#healing = undefined));
      },
    });
    this.#erasures = setInterval(() => this.#fetchErasures(), ERASURES_MS).unref();
    this.#interest = setInterval(() => void this.#run(this.#sayInterest()), liveLimits.interestMs / 2).unref();
  }

  get size(): number {
    return this.#spaces.size;
  }

  get isLive(): boolean {
    return this.#live.isOpen;
  }

  space(space: string): FollowedSpace | undefined {
    return this.#spaces.get(space);
  }

  /** Follows a space from now on; the connection is opened for it. */
  add(space: string): FollowedSpace {
    const known = this.#spaces.get(space);
    if (known) return known;
    const { hub } = this;
    const ended = (over: string) => this.#parts.ended(hub, over);
    const adopted = () => void this.#run(this.#sayInterest());
    const followed = new FollowedSpace(space, { ...this.#parts, hub, ended, adopted });
    this.#spaces.set(space, followed);
    return followed;
  }

  remove(space: string): void {
    this.#spaces.get(space)?.close();
    this.#spaces.delete(space);
  }

  /** The hub is there, as something else has shown: connects now. */
  wake(): void {
    this.#live.wake();
  }

  say(item: EphemeralItem): void {
    this.#live.send({ op: 'ephemeral', items: [item] });
  }

  /** Nothing is said to it or taken from it any more, until it is woken. */
  breakOff(): void {
    this.#live.breakOff();
    this.#parts.states.set(this.hub, 'away', this.#spaces.keys());
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#interest);
    clearInterval(this.#erasures);
    clearTimeout(this.#naming);
    this.#live.close();
    for (const space of this.#spaces.values()) space.close();
  }

  #opened(): void {
    this.#parts.states.set(this.hub, 'here', this.#spaces.keys());
    this.#unnamed = new Set(this.#spaces.keys());
    clearTimeout(this.#naming);
    this.#naming = setTimeout(() => this.#askUnnamed(), NAMED_MS).unref();
    void this.#run(this.#sayInterest());
    this.#fetchErasures();
    for (const space of this.#spaces.values()) void this.#run(space.background());
  }

  #fetchErasures(): void {
    if (!this.#live.isOpen) return;
    const fetching = () => this.#run(fetchErasures(this.#parts, this.hub, () => this.#closed));
    if (this.#erasing) return;
    this.#erasing = fetching().finally(() => (this.#erasing = undefined));
  }

  /** Hands back what is here, and says when that was all. [HEAL-1] */
  async #heal(): Promise<void> {
    clearTimeout(this.#naming);
    this.#parts.log.warn({ hub: this.hub }, 'a hub was restored from a backup; it is given what was kept here');
    for (const space of this.#spaces.keys()) await healSpace({ ...this.#parts, hub: this.hub }, space);
    this.#live.send({ op: 'healed' });
  }

  /** Where nobody of here is a member any more the hub names no heads, but still says how it ended. */
  #askUnnamed(): void {
    for (const space of this.#unnamed) void this.#run(this.#spaces.get(space)?.end());
  }

  async #sayInterest(): Promise<void> {
    if (!this.#live.isOpen) return;
    const channels = await this.#parts.database.read(async (reader) => {
      const found = [];
      for (const space of this.#spaces.keys()) found.push(...(await reader.all(textChannels, { space })));
      return found.map(({ id }) => id);
    });
    this.#live.send({ op: 'interest', channels: channels.slice(0, liveLimits.interestChannels) });
  }

  async #run(work: Promise<unknown> | undefined): Promise<void> {
    const { log } = this.#parts;
    try {
      await work;
    } catch (error) {
      const said = 'what a hub pushed is asked for another time';
      if (error instanceof PeerRefusal) log.debug({ err: error, hub: this.hub }, said);
      else log.info({ err: error, hub: this.hub }, said);
    }
  }
}
