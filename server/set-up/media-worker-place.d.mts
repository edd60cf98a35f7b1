export type FoundWorker = { file: string; from: string } | { file?: undefined; reason: string };
export function findMediaWorker(): FoundWorker;
