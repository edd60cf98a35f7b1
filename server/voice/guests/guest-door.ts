import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { guestLimits } from '@folkmoot/protocol-spec/schemas/gateway/guest-voice.ts';
import { gatewayLimits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { WebSocketServer } from 'ws';
import type { Clock } from '../../base/clock.ts';
import { refusedUpgrades, refuseUpgrade } from '../../gateway/upgrade.ts';
import { networkOf } from '../../http/client-address.ts';
import { socketOptions } from '../../http/socket-options.ts';
import type { Voice } from '../voice.ts';
import { GuestSocket } from './guest-socket.ts';
import type { VoiceTokens } from './voice-tokens.ts';

export interface GuestDoorParts {
  voice: Pick<Voice, 'answer' | 'detached' | 'ended'>;
  tokens: VoiceTokens;
  addressOf(request: IncomingMessage): string;
  /** Whether a homeserver has its live connection open. */
  isHomeLive(server: string): boolean;
  clock: Clock;
  rateLimits: boolean;
  /** For how long guests stay whose homeserver is gone. */
  homeMs?: number;
}

export const GUEST_PATH = '/voice';
const WAITING = 1_000;
const WAITING_PER_NETWORK = 50;
/** Of one user: a connection that broke may still be there when the next one comes. */
const SOCKETS_PER_USER = 2;

/** Where members from other homeservers come in. The token is all that counts: there are no cookies, and any page may connect. [VOX-16] */
export class GuestDoor {
  readonly #parts: GuestDoorParts;
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    ...socketOptions,
    maxPayload: gatewayLimits.frameBytes,
  });
  /** With the network that they came from. */
  readonly #waiting = new Map<GuestSocket, string>();
  readonly #byUser = new Map<string, Set<GuestSocket>>();
  /** Since when homeservers of guests are gone. */
  readonly #gone = new Map<string, number>();
  readonly #sweep: NodeJS.Timeout;
  #isClosed = false;

  constructor(parts: GuestDoorParts) {
    this.#parts = parts;
    const { homeMs = guestLimits.homeMs } = parts;
    this.#sweep = setInterval(() => this.#endGuestsOfGone(homeMs), Math.min(homeMs / 4, 1_000)).unref();
  }

  isFor({ url }: IncomingMessage): boolean {
    return url === GUEST_PATH;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { voice, tokens, addressOf, rateLimits } = this.#parts;
    const network = networkOf(addressOf(request));
    const fromThere = [...this.#waiting.values()].filter((one) => one === network).length;
    if (this.#isClosed || this.#waiting.size >= WAITING) return refuseUpgrade(socket, refusedUpgrades.full);
    if (fromThere >= WAITING_PER_NETWORK) return refuseUpgrade(socket, refusedUpgrades.too_many);
    this.#server.handleUpgrade(request, socket, head, (opened) => {
      const guest = new GuestSocket(opened, {
        voice,
        tokens,
        isWelcome: ({ home }) => !this.#isClosed && this.#parts.isHomeLive(home),
        entered: (entered) => this.#entered(entered),
        closed: (closed) => this.#closed(closed),
        framesPerMinute: rateLimits ? gatewayLimits.framesPerMinute : Infinity,
      });
      this.#waiting.set(guest, network);
    });
  }

  /** Their homeserver says that somebody is out, or an admin that all of its users are. */
  end(server: string, user?: string): void {
    for (const guest of this.#guests())
      if (guest.ticket?.home === server && (user === undefined || guest.user === user))
        guest.end(user === undefined ? 'home_gone' : 'replaced');
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#sweep);
    for (const guest of [...this.#waiting.keys(), ...this.#guests()]) guest.end('restart');
  }

  #guests(): GuestSocket[] {
    return [...this.#byUser.values()].flatMap((guests) => [...guests]);
  }

  #entered(guest: GuestSocket): void {
    this.#waiting.delete(guest);
    const guests = this.#byUser.get(guest.user) ?? new Set();
    this.#byUser.set(guest.user, guests.add(guest));
    const [oldest] = guests;
    if (guests.size > SOCKETS_PER_USER) oldest?.end('replaced');
  }

  #closed(guest: GuestSocket): void {
    this.#waiting.delete(guest);
    const guests = this.#byUser.get(guest.user);
    guests?.delete(guest);
    if (guests?.size === 0) this.#byUser.delete(guest.user);
  }

  /** Nobody answers for them any more: whether they are still who they were cannot be known. [VOX-18] */
  #endGuestsOfGone(patience: number): void {
    const { isHomeLive, clock } = this.#parts;
    const now = clock.now();
    const homes = new Set(this.#guests().map(({ ticket }) => ticket?.home ?? ''));
    for (const home of this.#gone.keys()) if (!homes.has(home) || isHomeLive(home)) this.#gone.delete(home);
    for (const home of homes) {
      if (isHomeLive(home)) continue;
      const since = this.#gone.get(home) ?? now;
      this.#gone.set(home, since);
      if (now - since >= patience) this.end(home);
    }
  }
}
