export function bundlesOf(sources: readonly string[], namesOf: (source: string) => readonly string[]): string[][];
export function privateNames(source: string): string[];
