import { createHash } from 'node:crypto';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Two slots written in turn, so that a torn write leaves the other one. */
const SLOT = 128;

/** Between two writes, in ms: each costs as much as a commit, and a backup is older than this. */
const REST = 200;

export interface HighWaterMark {
  /** Highest position that was ever durable, or 0. */
  readonly pos: number;
  /** Writes soon; never waits. */
  raise(pos: number): void;
  close(): Promise<void>;
}

/**
 * A small synced file outside the database: a database that is behind it came from a backup, and going on would give one number two
 * different events. [STR-12]
 */
export async function openHighWaterMark(folder: string): Promise<HighWaterMark> {
  const path = join(folder, 'high-water-mark');
  const slots = slotsOf(await readFile(path, 'latin1').catch(() => ''));
  let pos = Math.max(...slots);
  const file = await open(path, 'r+').catch(() => open(path, 'w+', 0o600));
  // The next write goes into the other one.
  let slot = slots.indexOf(pos);
  let written = pos;
  let writing: Promise<void> | undefined;
  let resting: NodeJS.Timeout | undefined;

  async function write(): Promise<void> {
    while (written < pos) {
      const value = pos;
      slot = 1 - slot;
      await writeSlot(file, slot, value);
      written = value;
    }
  }

  function writeSoon(): void {
    if (written >= pos || writing !== undefined || resting !== undefined) return;
    // A full disk must not stop anything here: the mark only ever warns later than it could.
    writing = write()
      .catch(() => undefined)
      .finally(() => {
        writing = undefined;
        resting = setTimeout(rested, REST).unref();
      });
  }

  function rested(): void {
    resting = undefined;
    writeSoon();
  }

  return {
    get pos() {
      return pos;
    },
    raise(value) {
      if (value <= pos) return;
      pos = value;
      writeSoon();
    },
    async close() {
      await writing;
      clearTimeout(resting);
      await write().catch(() => undefined);
      await file.close();
    },
  };
}

async function writeSlot(file: FileHandle, slot: number, pos: number): Promise<void> {
  const text = `${pos} ${checkOf(pos)}`.padEnd(SLOT - 1);
  await file.write(`${text}\n`, slot * SLOT, 'latin1');
  await file.datasync();
}

/** What the two slots say, 0 for one that is torn. */
function slotsOf(text: string): [number, number] {
  const read = (at: number) => {
    const [number = '', check] = text
      .slice(at, at + SLOT)
      .trim()
      .split(' ');
    return check === checkOf(Number(number)) ? Number(number) : 0;
  };
  return [read(0), read(SLOT)];
}

const checkOf = (pos: number) =>
  createHash('sha256').update(`folkmoot high-water mark ${pos}`).digest('hex').slice(0, 32);
