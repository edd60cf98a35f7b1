import { createGatewayClient, type GatewayClient, gatewayUrl } from '@folkmoot/protocol-spec/client/gateway-client.ts';
import { applyEvent } from '@folkmoot/protocol-spec/client/reducer.ts';
import type { GatewayEvent, GatewayEventName, OpeningState } from '@folkmoot/protocol-spec/schemas/gateway/events.ts';
import { Conditions } from './conditions.ts';
import type { Person } from './people.ts';

/** Somebody at a screen: the opening state, brought up to date with every event that arrives. */
export class Watcher implements Disposable {
  readonly events: GatewayEvent[] = [];
  /** How often the gateway had to begin anew. */
  openings = 0;
  state: OpeningState | undefined;
  readonly #client: GatewayClient;
  readonly #conditions = new Conditions();

  private constructor(url: string, token: string) {
    this.#client = createGatewayClient({
      url: gatewayUrl(url),
      token: () => token,
      onReady: (state) => {
        this.openings++;
        this.state = state;
        this.#conditions.happened();
      },
      onEvent: (event) => {
        this.events.push(event);
        if (this.state) this.state = applyEvent(this.state, event);
        this.#conditions.happened();
      },
    });
  }

  /** Connects as a person; resolves when the opening state is there. */
  static async of({ client, token }: Pick<Person, 'client' | 'token'>): Promise<Watcher> {
    const watcher = new Watcher(client.baseUrl, client.tokens()?.token ?? token);
    await watcher.until(() => watcher.state);
    return watcher;
  }

  until<T>(find: () => T | undefined | false): Promise<T> {
    return this.#conditions.until(find);
  }

  sees<T extends GatewayEventName>(
    t: T,
    which: (event: Extract<GatewayEvent, { t: T }>['d']) => boolean = () => true,
  ): Promise<GatewayEvent> {
    return this.until(() => this.events.find((event) => event.t === t && which(event.d as never)));
  }

  /** Waits for a message, which proves that everything before it has arrived. */
  async seesMessage(id: string, channel: string): Promise<void> {
    let next = 0;
    await this.until(() => {
      // Each event is looked at once: somebody who comes back may get tens of thousands.
      if (next > this.events.length) next = 0;
      while (next < this.events.length) {
        const { t, d } = this.events[next++] as GatewayEvent;
        if (t === 'message.created' && d.message.id === id && d.message.channel === channel) return true;
      }
      return false;
    });
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }
}
