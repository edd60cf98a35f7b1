export type FoundWorker =
  | { file: string; from: string; reason?: undefined }
  | { file?: undefined; from?: undefined; reason: string };
export function findMediaWorker(): FoundWorker;
