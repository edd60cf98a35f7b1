import { createGatewayClient, type GatewayClient, gatewayUrl } from '@folkmoot/protocol-spec/client/gateway-client.ts';
import { applyEvent } from '@folkmoot/protocol-spec/client/reducer.ts';
import type { GatewayEvent, GatewayEventName, OpeningState } from '@folkmoot/protocol-spec/schemas/gateway/events.ts';
import type { Person } from './people.ts';

/** Somebody at a screen: the opening state, brought up to date with every event that arrives. */
export class Watcher implements Disposable {
  readonly events: GatewayEvent[] = [];
  /** How often the gateway had to begin anew. */
  openings = 0;
  state: OpeningState | undefined;
  readonly #client: GatewayClient;
  #waiting: (() => void)[] = [];

  private constructor(url: string, token: string) {
    this.#client = createGatewayClient({
      url: gatewayUrl(url),
      token: () => token,
      onReady: (state) => {
        this.openings++;
        this.state = state;
        this.#wake();
      },
      onEvent: (event) => {
        this.events.push(event);
        if (this.state) this.state = applyEvent(this.state, event);
        this.#wake();
      },
    });
  }

  /** Connects as a person; resolves when the opening state is there. */
  static async of({ client, token }: Pick<Person, 'client' | 'token'>): Promise<Watcher> {
    const watcher = new Watcher(client.baseUrl, client.tokens()?.token ?? token);
    await watcher.until(() => watcher.state);
    return watcher;
  }

  async until<T>(find: () => T | undefined | false): Promise<T> {
    for (;;) {
      const found = find();
      if (found !== undefined && found !== false) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  sees<T extends GatewayEventName>(
    t: T,
    which: (event: Extract<GatewayEvent, { t: T }>['d']) => boolean = () => true,
  ): Promise<GatewayEvent> {
    return this.until(() => this.events.find((event) => event.t === t && which(event.d as never)));
  }

  /** Waits for a message, which proves that everything before it has arrived. */
  async seesMessage(id: string, channel: string): Promise<void> {
    await this.sees('message.created', ({ message }) => message.id === id && message.channel === channel);
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
