export function prepareDependencies(): Promise<string>;
export function packagesMatchLock(folder?: string): boolean;
export function isNewEnough(text: string): boolean;
