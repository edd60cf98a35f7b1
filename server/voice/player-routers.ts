import type { types } from 'mediasoup';
import type { MediaWorker } from './media-workers.ts';

export type PlayerCodec = types.RouterRtpCodecCapability & { preferredPayloadType: number };

interface PlayerRouter {
  readonly key: string;
  readonly router: Promise<types.Router>;
  players: number;
}

/**
 * Routers for players that have made an offer. A player takes its own payload types only, and those of a router are fixed: so there is a
 * router for each set of them, which most players share.
 */
export class PlayerRouters {
  readonly #routers = new Map<string, PlayerRouter>();

  async take(on: MediaWorker, mediaCodecs: PlayerCodec[]): Promise<types.Router> {
    const key = JSON.stringify([on.worker.pid, mediaCodecs]);
    let taken = this.#routers.get(key);
    if (taken === undefined) {
      taken = { key, router: on.worker.createRouter({ mediaCodecs }), players: 0 };
      this.#routers.set(key, taken);
    }
    taken.players++;
    try {
      const router = await taken.router;
      router.appData['player'] = key;
      return router;
    } catch (error) {
      this.#leave(taken);
      throw error;
    }
  }

  /** Also of routers that are not for players. */
  leave({ appData }: types.Router): void {
    const taken = this.#routers.get(String(appData['player']));
    if (taken !== undefined) this.#leave(taken);
  }

  close(): void {
    for (const { router } of this.#routers.values()) closeWhenOpen(router);
    this.#routers.clear();
  }

  #leave(taken: PlayerRouter): void {
    if (--taken.players > 0) return;
    this.#routers.delete(taken.key);
    closeWhenOpen(taken.router);
  }
}

function closeWhenOpen(router: Promise<types.Router>): void {
  router.then(
    (opened) => opened.close(),
    () => undefined,
  );
}
