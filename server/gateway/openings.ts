import type { OpeningState } from '@folkmoot/protocol-spec/schemas/gateway/events.ts';
import type { Database } from '../storage/database.ts';
import type { GatewayPorts } from './ports.ts';
import type { SpaceView } from './space-view.ts';
import type { SpaceViews } from './space-views.ts';
import type { Turns } from './turns.ts';

/** How long openings may keep the log waiting. */
const TURN_MS = 10;

export interface Opening {
  state: OpeningState;
  /** Views of the spaces in it, by id. */
  views: ReadonlyMap<string, SpaceView>;
  /** Position of the log at which it was read. */
  pos: number;
}

interface Waiting {
  user: string;
  resolve(opening: Opening): void;
  reject(error: unknown): void;
}

export interface OpeningsParts {
  database: Pick<Database, 'read'>;
  ports: GatewayPorts;
  views: SpaceViews;
  turns: Turns;
  /** The sessions of a snapshot were all answered. */
  onRead: () => void;
}

/**
 * Reads opening states. It takes turns with the log: what was committed before the snapshot is in it, what comes after is told, and nothing
 * falls between. Several are read in one turn, so that thousands who come back at once do not take one each.
 */
export class Openings {
  readonly #parts: OpeningsParts;
  #waiting: Waiting[] = [];
  #isReading = false;

  constructor(parts: OpeningsParts) {
    this.#parts = parts;
  }

  /** True while a snapshot may be older than a signal that arrives now. */
  get isReading(): boolean {
    return this.#isReading;
  }

  /** `use` runs in the same turn, before anything later is told. */
  open(user: string, use: (opening: Opening) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        user,
        resolve: (opening) => {
          use(opening);
          resolve();
        },
        reject,
      };
      this.#waiting.push(waiting);
      if (this.#waiting.length === 1) this.#askForTurn();
    });
  }

  #askForTurn(): void {
    void this.#parts.turns.take(() => this.#turn());
  }

  async #turn(): Promise<void> {
    const started = performance.now();
    let done = 0;
    this.#isReading = true;
    try {
      await this.#parts.database.read(async (reader) => {
        const pos = await this.#parts.ports.head(reader);
        while (done < this.#waiting.length && (done === 0 || performance.now() - started < TURN_MS)) {
          const waiting = this.#waiting[done++] as Waiting;
          try {
            const state = await this.#parts.ports.openingState(reader, waiting.user);
            const views = new Map<string, SpaceView>();
            for (const { id } of state.spaces) {
              const view = await this.#parts.views.load(this.#parts.ports, reader, id, pos);
              if (view !== undefined) views.set(id, view);
            }
            waiting.resolve({ state, views, pos });
          } catch (error) {
            waiting.reject(error);
          }
        }
      });
    } catch (error) {
      // The snapshot could not be taken, or its end was not reached: whoever was answered has been told the truth.
      done = Math.max(done, 1);
      for (const waiting of this.#waiting.slice(0, done)) waiting.reject(error);
    }
    this.#isReading = false;
    this.#parts.onRead();
    this.#waiting = this.#waiting.slice(done);
    if (this.#waiting.length > 0) this.#askForTurn();
  }
}
