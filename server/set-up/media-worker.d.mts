import type { FoundWorker } from './media-worker-place.mjs';

export function prepareMediaWorker(): Promise<FoundWorker>;
export function prepareMediaWorkerAnew(): Promise<FoundWorker>;
