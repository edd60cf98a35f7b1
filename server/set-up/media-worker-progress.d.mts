export function lockIn(folder: string): string;
export function noteProgress(folder: string, steps: { begun: number; done: number; total: number }): void;
export function remainingMs(folder: string, now?: number): number;
