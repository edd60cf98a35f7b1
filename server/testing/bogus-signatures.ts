import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import { signedHeaders } from '@folkmoot/conformance-tests/puppet/signed-request.ts';
import type { TestNetwork } from './federated.ts';
import { Puppet } from './puppet.ts';

const body = '{"v":1}';

/** A homeserver that sends requests under keys that it never published. */
export class Flooder {
  readonly puppet: Puppet;
  /** When its key document was asked for. */
  readonly fetched: number[] = [];
  /** How many requests got an answer, by status. */
  readonly answers = new Map<number, number>();
  readonly #agent: Agent;

  private constructor(puppet: Puppet, agent: Agent) {
    this.puppet = puppet;
    this.#agent = agent;
    puppet.answer = (_, response) => {
      this.fetched.push(performance.now());
      response.end(puppet.documentText());
    };
  }

  /** Its requests come from an address of loopback. */
  static async open(network: TestNetwork, address: string): Promise<Flooder> {
    const agent = new Agent({ ca: network.ca.certificate, localAddress: address, keepAlive: true, maxSockets: 32 });
    return new Flooder(await Puppet.open(network), agent);
  }

  get sent(): number {
    return [...this.answers.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Sends so many a second until a time of `performance`, and waits for the answers. */
  async flood(to: string, perSecond: number, until: number): Promise<void> {
    const headers = signedHeaders(this.puppet, to, { target: '/federation/v1/ping', body });
    const begin = performance.now();
    const open: Promise<void>[] = [];
    for (let sent = 0; performance.now() < until; ) {
      const due = ((performance.now() - begin) / 1_000) * perSecond;
      for (; sent < due; sent++) open.push(this.#send(to, headers));
      await wait(10);
    }
    await Promise.all(open);
    this.#agent.destroy();
  }

  /** Made once and changed: a sender that does not sign has no work with it. */
  #send(to: string, signed: Record<string, string | string[]>): Promise<void> {
    const kid = randomBytes(32).toString('base64url');
    const signature = String(signed['signature'])
      .replace(/#[^"]*"/, `#${kid}"`)
      .replace(/signature="[^"]*"/, `signature="${randomBytes(64).toString('base64')}"`);
    const [hostname, port] = to.split(':');
    const { promise, resolve } = Promise.withResolvers<void>();
    const headers = { ...signed, signature, 'content-length': body.length };
    const options = { hostname, port, agent: this.#agent, method: 'POST', path: '/federation/v1/ping', headers };
    const asked = request(options, (response) => {
      const { statusCode = 0 } = response.resume();
      this.answers.set(statusCode, (this.answers.get(statusCode) ?? 0) + 1);
      response.once('end', resolve);
    });
    // It is not counted then.
    asked.once('error', () => resolve());
    asked.end(body);
    return promise;
  }
}
