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
  /** Highest epoch that a restored homeserver opened, or 0. [EPO-2] */
  readonly epoch: number;
  /** Writes soon; never waits. */
  raise(pos: number): void;
  /** Resolves when it is durable that this epoch is used. */
  openEpoch(epoch: number): Promise<void>;
  /** Also lowers it: the database is taken for what it is. */
  reset(pos: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * A small synced file outside the database: a database that is behind it came from a backup, and going on would give one number two
 * different events. [STR-12]
 */
export async function openHighWaterMark(folder: string): Promise<HighWaterMark> {
  const path = join(folder, 'high-water-mark');
  const slots = slotsOf(await readFile(path, 'latin1').catch(() => ''));
  let pos = Math.max(...slots.map((slot) => slot.pos));
  let epoch = Math.max(...slots.map((slot) => slot.epoch));
  const file = await open(path, 'r+').catch(() => open(path, 'w+', 0o600));
  // The next write goes into the other one.
  let slot = slots.findIndex((one) => one.pos === pos);
  let written = pos;
  let writing: Promise<void> | undefined;
  let resting: NodeJS.Timeout | undefined;

  async function write(): Promise<void> {
    while (written < pos) {
      const value = pos;
      slot = 1 - slot;
      await writeSlot(file, slot, { pos: value, epoch });
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

  /** One after the other, so that a torn write still leaves one of them. */
  async function writeBoth(): Promise<void> {
    await writing;
    for (let count = 0; count < 2; count++) {
      slot = 1 - slot;
      await writeSlot(file, slot, { pos, epoch });
    }
    written = pos;
  }

  return {
    get pos() {
      return pos;
    },
    get epoch() {
      return epoch;
    },
    raise(value) {
      if (value <= pos) return;
      pos = value;
      writeSoon();
    },
    async openEpoch(value) {
      epoch = Math.max(epoch, value);
      await writeBoth();
    },
    async reset(value) {
      pos = value;
      await writeBoth();
    },
    async close() {
      await writing;
      clearTimeout(resting);
      await write().catch(() => undefined);
      await file.close();
    },
  };
}

interface Slot {
  pos: number;
  epoch: number;
}

async function writeSlot(file: FileHandle, slot: number, { pos, epoch }: Slot): Promise<void> {
  const text = `${pos} ${checkOf(pos, epoch)} ${epoch}`.padEnd(SLOT - 1);
  await file.write(`${text}\n`, slot * SLOT, 'latin1');
  await file.datasync();
}

/** What the two slots say, 0 for one that is torn. */
function slotsOf(text: string): [Slot, Slot] {
  const read = (at: number): Slot => {
    const [number = '', check, opened = '0'] = text
      .slice(at, at + SLOT)
      .trim()
      .split(' ');
    const [pos, epoch] = [Number(number), Number(opened)];
    return check === checkOf(pos, epoch) ? { pos, epoch } : { pos: 0, epoch: 0 };
  };
  return [read(0), read(SLOT)];
}

const checkOf = (pos: number, epoch: number) =>
  createHash('sha256')
    .update(`folkmoot high-water mark ${pos}${epoch > 0 ? ` ${epoch}` : ''}`)
    .digest('hex')
    .slice(0, 32);
