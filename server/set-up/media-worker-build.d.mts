export function missingForBuild(): Promise<string[]>;
