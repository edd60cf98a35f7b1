import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface Clause {
  id: string;
  /** File of the normative text that has it. */
  file: string;
}

const textFolder = path.join(import.meta.dirname, '../protocol-spec/text');

/** Every clause of the normative text, in its order. */
export function readClauses(folder = textFolder): Clause[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.md'));
  return files.sort().flatMap((file) =>
    [...readFileSync(path.join(folder, file), 'utf8').matchAll(/^\*\*\[([A-Z]+-\d+)\]\*\*/gm)].map(([, id]) => ({
      id: id as string,
      file,
    })),
  );
}
