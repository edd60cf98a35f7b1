import { createReadStream } from 'node:fs';
import { spaceIdOf } from '@folkmoot/federation/envelope.ts';
import { hashOf } from '@folkmoot/federation/signing.ts';
import { splitLines } from '@folkmoot/server/admin/split-lines.ts';
import { CommandError } from '../command-error.ts';
import { exportFormat, type ExportHeader, type StreamHead } from '../space/export-format.ts';
import type { Progress } from '../show/progress.ts';
import { SpaceCheck } from './space-check.ts';
import type { Verified } from './verified.ts';

/** Longer than any line may be, so that one that is too long is reported and not only refused. */
const LONGEST = 8 * 1024 * 1024;

/** Checks an export, or lines of streams without a header; `-` is the standard input. Throws CommandError `not_an_export`. */
export async function verifyFile(file: string, progress: Progress): Promise<Verified> {
  let header: ExportHeader | undefined;
  let check: SpaceCheck | undefined;
  let space = '';
  let stream = '_';
  let number = 0;
  const source = file === '-' ? process.stdin : createReadStream(file);
  for await (const bytes of splitLines(source, LONGEST)) {
    number++;
    const text = bytes.toString('utf8');
    if (number === 1) {
      header = headerIn(text);
      space = header?.space ?? '';
      if (header) continue;
    }
    if (!check) {
      space ||= spaceOf(text);
      check = new SpaceCheck(space, text, header?.key_document ?? null, header?.followed === true);
    }
    // A line that says nothing about its stream, or says nothing at all, stands where the one before it stands.
    stream = streamOf(text) ?? stream;
    check.check(stream, bytes, number);
    progress.tell(() => `${number} lines checked`);
  }
  if (number === 0) throw new CommandError('not_an_export', `${file} is empty.`);
  check ??= new SpaceCheck(space, '', null);
  check.finish(header?.streams ?? []);
  return { space, name: header?.name === undefined ? null : String(header.name), check };
}

function headerIn(text: string): ExportHeader | undefined {
  const header = parse(text) as Partial<ExportHeader> | undefined;
  if (header === undefined)
    throw new CommandError('not_an_export', 'This is not an export: its first line is not JSON.');
  if (header.format === undefined) return undefined;
  if (header.format !== exportFormat || typeof header.space !== 'string' || !hasHeads(header.streams)) {
    throw new CommandError('not_an_export', `This is an export of another kind than ${exportFormat}.`);
  }
  return header as ExportHeader;
}

const hasHeads = (streams: unknown): boolean =>
  Array.isArray(streams) &&
  streams.every((head: Partial<StreamHead> | null) => {
    const { stream, epoch, seq, hash } = head ?? {};
    return typeof stream === 'string' && typeof hash === 'string' && Number.isInteger(epoch) && Number.isInteger(seq);
  });

/** Without a header the first line says what community it founds; whether it does is then checked. */
function spaceOf(genesis: string): string {
  try {
    const { ev } = parse(genesis) as { ev: { sig: string; space?: string } };
    const { sig: _, ...unsigned } = ev;
    return unsigned.space ?? spaceIdOf(hashOf('event', unsigned));
  } catch {
    throw new CommandError('not_an_export', 'This is not an export: its first line is neither a header nor a genesis.');
  }
}

function streamOf(text: string): string | undefined {
  const { ev } = (parse(text) ?? {}) as { ev?: { stream?: unknown } };
  return typeof ev?.stream === 'string' ? ev.stream : undefined;
}

function parse(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
