import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './progress.mjs';

/** Scripts that write committed files from the schemas, and where they write. */
export const generators = [
  { script: 'protocol-spec/generate/main.ts', writes: 'protocol-spec/generated' },
  { script: 'federation/vectors/make-vectors.ts', writes: 'protocol-spec/vectors' },
  { script: 'server/base/generate-reference.ts', writes: 'server/docs' },
  { script: 'cli/testing/make-readme.ts', writes: 'cli/README.md' },
] as const;

type Generator = (typeof generators)[number];

/** Runs one generator; a script that is not there yet is skipped. Throws with its output when it fails. */
export function generate({ script }: Generator): void {
  if (!existsSync(path.join(root, script))) return;
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${script} failed:\n${stdout}${stderr}`);
}

/** Which committed files differ from what the generator writes now. The files are left as they were. */
export function staleFiles(generator: Generator): string[] {
  const before = contentsOf(generator.writes);
  generate(generator);
  const after = contentsOf(generator.writes);
  const stale = [...new Set([...before.keys(), ...after.keys()])].filter(
    (file) => before.get(file) !== after.get(file),
  );
  for (const file of stale) {
    const content = before.get(file);
    if (content === undefined) rmSync(path.join(root, file));
    else writeFileSync(path.join(root, file), content, 'latin1');
  }
  return stale.sort();
}

function contentsOf(place: string): Map<string, string> {
  const absolute = path.join(root, place);
  if (!existsSync(absolute)) return new Map();
  if (statSync(absolute).isFile()) return new Map([[place, readFileSync(absolute, 'latin1')]]);
  const inside = readdirSync(absolute).flatMap((name) => [...contentsOf(`${place}/${name}`)]);
  return new Map(inside);
}
