import { mkdirSync, writeFileSync } from 'node:fs';
import { generatedFolder, outputs, staleOutputs } from './outputs.ts';

// Writes protocol-spec/generated from the schemas; with `--check` says what is stale and changes nothing.

mkdirSync(generatedFolder, { recursive: true });
if (process.argv.includes('--check')) {
  const stale = staleOutputs();
  for (const name of stale) process.stdout.write(`stale: protocol-spec/generated/${name} (npm run generate)\n`);
  if (stale.length > 0) process.exitCode = 1;
} else {
  for (const [name, content] of outputs()) writeFileSync(generatedFolder + name, content);
}
