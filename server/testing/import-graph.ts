import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../../', import.meta.url));

export interface SourceFile {
  /** From the top of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** Files of ours, as paths like the one above. */
  readonly imports: readonly string[];
  /** Those of them that are loaded at run time, so not `import type`. */
  readonly loads: readonly string[];
  /** Packages and `node:` modules, without the path inside them. */
  readonly libraries: readonly string[];
}

const topFolders = ['protocol-spec', 'federation', 'server', 'cli', 'conformance-tests', 'examples'];
const skipped = new Set(['node_modules', 'dist', 'generated', 'vectors']);

export function readSources(): SourceFile[] {
  return topFolders.flatMap(sourcesBelow);
}

function sourcesBelow(folder: string): SourceFile[] {
  const entries = readdirSync(path.join(repository, folder), { withFileTypes: true });
  return entries.flatMap((entry) => {
    const inside = `${folder}/${entry.name}`;
    if (entry.isDirectory())
      return skipped.has(entry.name) || entry.name.startsWith('dist-') ? [] : sourcesBelow(inside);
    return /\.(ts|tsx|mjs)$/.test(entry.name) ? [sourceOf(inside)] : [];
  });
}

function sourceOf(file: string): SourceFile {
  const text = readFileSync(path.join(repository, file), 'utf8');
  const specifiers = specifiersIn(text);
  const ours = (names: readonly string[]): string[] => names.filter(isOurs).map((name) => resolve(file, name));
  return {
    path: file,
    text,
    imports: ours(specifiers),
    loads: ours(specifiersIn(text.replace(/^\s*(?:import|export) type\b[^'"]*?\bfrom\s*['"][^'"]+['"]/gm, ''))),
    libraries: specifiers.filter((name) => !isOurs(name)).map(packageOf),
  };
}

/** What static, re-exporting, bare and dynamic imports name, types included. */
function specifiersIn(text: string): string[] {
  const patterns = [
    /^\s*(?:import|export)\b[^'"]*?\bfrom\s*['"]([^'"]+)['"]/gm,
    /^\s*import\s*['"]([^'"]+)['"]/gm,
    /\bimport\(\s*['"]([^'"]+)['"]/g,
  ];
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? ''));
}

const isOurs = (specifier: string): boolean => specifier.startsWith('.') || specifier.startsWith('@folkmoot/');

function resolve(file: string, specifier: string): string {
  if (!specifier.startsWith('.'))
    return specifier
      .replace('@folkmoot/', '')
      .replace(/^web-client/, 'examples/web-client')
      .replace(/^example-bots/, 'examples/bots');
  return path.posix.join(path.posix.dirname(file), specifier);
}

function packageOf(specifier: string): string {
  return specifier.startsWith('node:') ? 'node:' : specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** A chain of files of which the last loads the first again, or undefined. */
export function findCycle(files: readonly SourceFile[]): string[] | undefined {
  const loadsOf = new Map(files.map((file) => [file.path, file.loads]));
  const done = new Set<string>();
  const visit = (file: string, chain: readonly string[]): string[] | undefined => {
    if (chain.includes(file)) return [...chain.slice(chain.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const imported of loadsOf.get(file) ?? []) {
      const cycle = visit(imported, [...chain, file]);
      if (cycle !== undefined) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of loadsOf.keys()) {
    const cycle = visit(file, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}
