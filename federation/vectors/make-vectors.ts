import { readFile, writeFile } from 'node:fs/promises';
import { canonicalVectors } from './canonical-vectors.ts';
import { chainVectors } from './chain-vectors.ts';
import { idVectors } from './id-vectors.ts';
import { requestVectors } from './request-vectors.ts';
import { signatureVectors } from './signature-vectors.ts';

const folder = new URL('../../protocol-spec/vectors/', import.meta.url);

const makers: Record<string, () => unknown> = {
  'canonical.json': canonicalVectors,
  'chains.json': chainVectors,
  'ids.json': idVectors,
  'request-signatures.json': requestVectors,
  'signatures.json': signatureVectors,
};

/** Names of the files that are not what this code would write. */
export async function staleVectors(): Promise<string[]> {
  const checked = await Promise.all(
    Object.keys(makers).map(async (name) => {
      const kept = await readFile(new URL(name, folder), 'utf8').catch(() => '');
      return kept === textOf(name) ? [] : [name];
    }),
  );
  return checked.flat();
}

function textOf(name: string): string {
  return `${JSON.stringify(makers[name]?.(), null, 2)}\n`;
}

if (import.meta.main) {
  for (const name of Object.keys(makers)) await writeFile(new URL(name, folder), textOf(name));
}
