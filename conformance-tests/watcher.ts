import type { Message } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type {
  GatewayEvent,
  GatewayEventData,
  GatewayEventName,
} from '@folkmoot/protocol-spec/schemas/gateway/events.ts';
import { type ConnectionOptions, GatewayConnection } from './gateway-connection.ts';
import { Visitor } from './visitor.ts';

/** Somebody with a session who may stand at the gateway and see what happens. */
export class Watcher extends Visitor {
  /** The connection that `sees` looks at. */
  gateway: GatewayConnection | undefined;
  /** Every connection that was opened. */
  readonly connections: GatewayConnection[] = [];

  /** Opens the gateway and waits for the opening state. */
  async watches(options: ConnectionOptions = {}): Promise<GatewayConnection> {
    const connection = this.connects(options);
    await connection.frame('hello');
    connection.send({ op: 'identify', token: this.token });
    await connection.frame('ready');
    this.gateway = connection;
    return connection;
  }

  /** Opens a socket and says nothing yet. */
  connects(options: ConnectionOptions = {}): GatewayConnection {
    const connection = new GatewayConnection(this.parts, options);
    this.connections.push(connection);
    return connection;
  }

  /** Waits until an event is seen; one that was seen already counts. */
  sees<T extends GatewayEventName>(t: T, matches?: (d: GatewayEventData<T>) => boolean): Promise<GatewayEventData<T>> {
    return this.#watched().event(t, matches);
  }

  async hears(message: Pick<Message, 'channel' | 'id'>): Promise<Message> {
    const heard = await this.sees(
      'message.created',
      (d) => d.message.id === message.id && d.message.channel === message.channel,
    );
    return heard.message;
  }

  /**
   * Proves that something was not seen: the sentinel is a message sent after it that must be seen, and between the beginning of
   * `from` and the sentinel nothing may match.
   */
  async seesNothingOf(matches: (event: GatewayEvent) => boolean, sentinel: () => Promise<Message>): Promise<void> {
    await this.hears(await sentinel());
    const seen = this.#watched().events().find(matches);
    if (seen) throw new Error(`saw what it must not see: ${JSON.stringify(seen).slice(0, 500)}`);
  }

  /** The same for any frame in which a text occurs, such as the id of something hidden. */
  async seesNothingWith(text: string, sentinel: () => Promise<Message>): Promise<void> {
    await this.hears(await sentinel());
    const seen = this.#watched().texts.find((frame) => frame.includes(text));
    if (seen) throw new Error(`saw ${text}: ${seen.slice(0, 500)}`);
  }

  /** Waits until a condition holds that events may bring about. */
  async until(holds: () => boolean): Promise<void> {
    await this.#watched().until(holds, String(holds));
  }

  #watched(): GatewayConnection {
    if (!this.gateway) throw new Error('nobody watches: call watches() first');
    return this.gateway;
  }
}
