export function prepareWebClient(node: string): Promise<void>;
export function hashOfSources(places: readonly string[]): string;
