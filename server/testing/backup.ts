import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';

const MARK = 'high-water-mark';

/** A copy of the data of a homeserver that does not run. */
export async function backUp(data: string, backup: string): Promise<void> {
  await rm(backup, { recursive: true, force: true });
  await cp(data, backup, { recursive: true, filter: (file) => !file.endsWith('.sock') });
}

/** Puts a copy back as an admin would, beside the mark that says how far the homeserver had come. */
export async function putBack(backup: string, data: string): Promise<void> {
  await cp(join(data, MARK), join(backup, MARK));
  await rm(data, { recursive: true, force: true });
  await cp(backup, data, { recursive: true });
}
