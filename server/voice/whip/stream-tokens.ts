import type { Clock } from '../../base/clock.ts';
import type { Secrets } from '../../base/secrets.ts';
import type { Place } from '../participant.ts';

export interface StreamTicket extends Place {
  user: string;
  expires: number;
}

const PURPOSE = 'stream-token';
const DAY = 86_400_000;

/**
 * Tokens for a streaming program, which keeps them in its settings: good for one user and channel, for a day. They are kept nowhere; what
 * the user may is looked up at each use. [VOX-19]
 */
export class StreamTokens {
  readonly #secrets: Pick<Secrets, 'seal' | 'open'>;
  readonly #clock: Clock;
  readonly #url: string;

  constructor(secrets: Pick<Secrets, 'seal' | 'open'>, clock: Clock, publicUrl: string) {
    this.#secrets = secrets;
    this.#clock = clock;
    this.#url = `${publicUrl}/voice/whip`;
  }

  issue(user: string, { space, channel }: Place): { url: string; token: string; expires: number } {
    const expires = this.#clock.now() + DAY;
    const ticket: StreamTicket = { user, space, channel, expires };
    return { url: this.#url, token: this.#secrets.seal(PURPOSE, JSON.stringify(ticket)), expires };
  }

  /** Undefined for whatever is no token of this homeserver that is still good. */
  open(token: string): StreamTicket | undefined {
    try {
      const ticket = JSON.parse(this.#secrets.open(PURPOSE, token).toString('utf8')) as StreamTicket;
      return ticket.expires > this.#clock.now() ? ticket : undefined;
    } catch {
      return undefined;
    }
  }
}
