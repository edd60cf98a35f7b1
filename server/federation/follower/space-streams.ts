import { comparePositions, formatPosition } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { Received, StreamKey } from '../../streams/followed-log.ts';
import { findStream } from '../../streams/lines-store.ts';
import type { Background } from './background.ts';
import { authorsOf } from './fetch-history.ts';
import { fetchUsers } from './fetch-users.ts';
import type { FillMembers } from './fill-members.ts';
import { FollowedStream, type FollowedStreamParts } from './followed-stream.ts';
import { localMembers } from './follows-store.ts';
import { linesOfListed } from './listed-members.ts';
import type { FollowerTiming } from './ports.ts';

export interface SpaceStreamsParts extends Omit<FollowedStreamParts, 'reached' | 'known' | 'listed' | 'ownMembers'> {
  self: string;
  timing: Pick<FollowerTiming, 'authMs'>;
  members: Pick<FillMembers, 'know'>;
  background: Background;
}

/** Streams that lines were pushed of before they were here, at the most. */
const MISSED = 2_000;

/** The streams of one space, and what their lines need of each other. */
export class SpaceStreams {
  readonly #space: string;
  readonly #parts: SpaceStreamsParts;
  readonly #streams = new Map<string, FollowedStream>();
  /** Streams that lines were pushed of before they were here. */
  readonly #missed = new Set<string>();

  constructor(space: string, parts: SpaceStreamsParts) {
    this.#space = space;
    this.#parts = parts;
  }

  of(stream: string): FollowedStream {
    const known = this.#streams.get(stream);
    if (known) return known;
    const made = new FollowedStream(this.#key(stream), {
      ...this.#parts,
      reached: (auth) => this.#reached(auth),
      ownMembers: () => this.#ownMembers(),
      known: (lines) => this.#known(lines),
      listed: (lines) => this.#listed(lines),
    });
    this.#streams.set(stream, made);
    return made;
  }

  async isHere(stream: string): Promise<boolean> {
    return (await this.#parts.database.read((reader) => reader.get(findStream, this.#key(stream)))) !== undefined;
  }

  /** Lines that the hub pushed. */
  async take(stream: string, texts: readonly string[]): Promise<void> {
    const known = this.#streams.get(stream);
    if (known) return known.take(texts);
    // Noted before it is looked for: it may be adopted meanwhile.
    if (this.#missed.size < MISSED) this.#missed.add(stream);
    if (!(await this.isHere(stream))) return;
    this.#missed.delete(stream);
    await this.of(stream).take(texts);
  }

  /** What was pushed while a stream was being adopted lies after what was adopted. Names that mean nothing here are forgotten. */
  async pullMissed(): Promise<void> {
    for (const stream of this.#missed) {
      this.#missed.delete(stream);
      if (await this.isHere(stream)) this.#parts.background.run(this.of(stream).pull());
    }
  }

  #key(stream: string): StreamKey {
    return { space: this.#space, stream };
  }

  /** Nothing of a channel is shown before what allowed it, unless that does not come. [FOL-5] */
  async #reached(auth: string): Promise<void> {
    const root = this.of('_');
    const head = await root.head();
    if (head && comparePositions(formatPosition(head), auth) >= 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, this.#parts.timing.authMs);
    root.pull().then(resolve, resolve);
    await promise;
    clearTimeout(timer);
  }

  async #ownMembers(): Promise<Received[]> {
    const users = await this.#parts.database.read((reader) => reader.all(localMembers, { space: this.#space }));
    return fetchUsers(
      this.#parts,
      this.#space,
      users.map(({ user }) => user),
    );
  }

  /** Whoever wrote something has a name when it is shown, unless the hub does not say it. */
  async #known(lines: readonly Received[]): Promise<void> {
    const { members, background } = this.#parts;
    try {
      await members.know(authorsOf(lines));
    } catch (error) {
      background.noteFailure(error, 'who wrote something is asked for another time');
    }
  }

  async #listed(lines: readonly Received[]): Promise<Received[]> {
    try {
      return await linesOfListed(this.#parts, this.#space, lines);
    } catch (error) {
      this.#parts.background.noteFailure(error, 'who came onto the lists is asked for another time');
      return [];
    }
  }
}
