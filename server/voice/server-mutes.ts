export interface ServerMute {
  muted: boolean;
  deafened: boolean;
}

const MOST = 10_000;
const none: ServerMute = { muted: false, deafened: false };

/** Whom moderators muted or deafened, by space. It lasts until it is taken back or the homeserver restarts. */
export class ServerMutes {
  readonly #mutes = new Map<string, ServerMute>();

  of(space: string, user: string): ServerMute {
    return this.#mutes.get(`${space} ${user}`) ?? none;
  }

  set(space: string, user: string, mute: ServerMute): void {
    const key = `${space} ${user}`;
    this.#mutes.delete(key);
    if (!mute.muted && !mute.deafened) return;
    this.#mutes.set(key, mute);
    const oldest = this.#mutes.keys().next().value;
    if (this.#mutes.size > MOST && oldest !== undefined) this.#mutes.delete(oldest);
  }
}
