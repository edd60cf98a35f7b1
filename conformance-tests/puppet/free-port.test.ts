import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { findFreePort } from './free-port.ts';

const count = 600;
const takes = `
  import { findFreePort } from ${JSON.stringify(path.join(import.meta.dirname, 'free-port.ts'))};
  for (let n = 0; n < ${count}; n++) console.log(await findFreePort());
  process.stdin.resume();
`;

test('a port that is not listened at yet is given to nobody else, in this process or another', async () => {
  const other = spawn(process.execPath, ['--input-type=module', '--eval', takes], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const ports = await Promise.all(Array.from({ length: count }, findFreePort));
    for await (const line of createInterface(other.stdout)) {
      ports.push(Number(line));
      if (ports.length === 2 * count) break;
    }
    assert.deepEqual([ports.length, new Set(ports).size], [2 * count, 2 * count]);
  } finally {
    other.stdin.end();
  }
});
