import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './progress.mjs';

// npm leaves an optional package out of the lock file when the registry it asked does not carry it, which mirrors often
// do with the builds for other platforms. `npm ci` then calls the lock file incomplete, everywhere. Run as a script,
// this file adds what is missing; such entries have no integrity until npm sees the package.

interface LockEntry {
  readonly version?: string;
  readonly resolved?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface LockFile {
  packages: Record<string, LockEntry>;
}

export interface MissingPackage {
  readonly place: string;
  readonly entry: Readonly<Record<string, unknown>>;
}

const lockFile = path.join(root, 'package-lock.json');
const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const processors = ['arm', 'arm64', 'ia32', 'ppc64', 'riscv64', 's390x', 'x64'];

export function readLockFile(): LockFile {
  return JSON.parse(readFileSync(lockFile, 'utf8'));
}

/** Optional packages that another package asks for and the lock file does not have. */
export function missingPackages({ packages }: LockFile): MissingPackage[] {
  return Object.values(packages).flatMap((parent) =>
    Object.entries(parent.optionalDependencies ?? {})
      .filter(([name]) => !Object.keys(packages).some((place) => place.endsWith(`node_modules/${name}`)))
      .map(([name, version]) => ({ place: `node_modules/${name}`, entry: entryOf(name, version, parent) })),
  );
}

/** Such packages say in their name what they are for: `@oxlint/binding-linux-arm64-musl`. */
function entryOf(name: string, version: string, parent: LockEntry): MissingPackage['entry'] {
  const words = name.split(/[/-]/);
  const [os, cpu] = [systems, processors].map((known) => words.filter((word) => known.includes(word)));
  if (os?.length !== 1 || cpu?.length !== 1) throw new Error(`cannot tell the platform of ${name}`);
  const libc = os[0] !== 'linux' ? {} : { libc: [words.some((word) => word.startsWith('musl')) ? 'musl' : 'glibc'] };
  return { version, cpu, ...(parent.dev ? { dev: true } : {}), ...libc, optional: true, os };
}

if (import.meta.main) {
  const lock = readLockFile();
  for (const { place, entry } of missingPackages(lock)) {
    lock.packages[place] = entry;
    process.stdout.write(`${place} added\n`);
  }
  const byPlace = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
  writeFileSync(lockFile, `${JSON.stringify({ ...lock, packages: Object.fromEntries(byPlace) }, null, 2)}\n`);
}
