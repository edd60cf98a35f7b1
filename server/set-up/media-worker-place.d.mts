export type FoundWorker =
  | { file: string; from: string; reason?: undefined; readyIn?: undefined }
  /** `readyIn`: about how many milliseconds it takes until it is there, where it is being built. */
  | { file?: undefined; from?: undefined; reason: string; readyIn?: number };
export function cachedWorker(): string;
export function failureFile(): string;
export function findMediaWorker(): FoundWorker;
