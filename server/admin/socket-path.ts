import { mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The kernel takes paths of 103 to 107 bytes. */
const LONGEST = 100;

const socketIn = (data: string) => join(data, 'admin.sock');
const noteIn = (data: string) => join(data, 'admin.sock.path');
const fits = (path: string) => Buffer.byteLength(path) <= LONGEST;

/** Where the commands find the socket of the homeserver that has this data open. */
export function findSocketPath(data: string): string {
  if (fits(socketIn(data))) return socketIn(data);
  try {
    return readFileSync(noteIn(data), 'utf8').trim();
  } catch {
    return socketIn(data);
  }
}

/**
 * A free path for the socket; what a killed predecessor left is removed. A long one gives way to a folder of its own, and a note
 * in the data says where. Only for the process that holds the lock on the data.
 */
export function takeSocketPath(data: string): string {
  removeSocket(data);
  if (fits(socketIn(data))) return socketIn(data);
  const path = join(mkdtempSync(join(tmpdir(), 'folkmoot-')), 'admin.sock');
  writeFileSync(noteIn(data), `${path}\n`, { mode: 0o600 });
  return path;
}

export function removeSocket(data: string): void {
  const path = findSocketPath(data);
  rmSync(path, { force: true });
  if (path === socketIn(data)) return;
  rmSync(noteIn(data), { force: true });
  try {
    rmdirSync(dirname(path));
  } catch {
    // Gone already, or not ours.
  }
}
