import { createWriteStream, existsSync, linkSync, renameSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import { CommandError, usageError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { openHomeserver, type OpenHomeserver } from '../homeserver/open-homeserver.ts';
import { createProgress, type Progress } from '../show/progress.ts';
import { harmless } from '../show/text-width.ts';
import { exportFormat, type ExportHeader } from './export-format.ts';
import { linesUpTo } from './stream-lines.ts';

export const exportSpace = (context: Context) =>
  new Command('export')
    .description(
      'Write all streams of a community to a file that folkmoot verify can check anywhere. It holds private channels too.',
    )
    .argument('<space>')
    .argument('[file]', 'where to write it (default: the standard output)', '-')
    .option('--force', 'replace a file that is there')
    .action(async (space: string, file: string, { force = false }: { force?: boolean }) => {
      if (file === '-' && context.json) throw usageError('With --json there has to be a file.');
      const path = file === '-' ? undefined : resolve(file);
      if (path && existsSync(path) && !force) throw fileExists(path);
      await using homeserver = await openHomeserver(context);
      const { now, hub, name, key_document, followed, ...found } = await homeserver.call('space.streams', { space });
      const header: ExportHeader = {
        format: exportFormat,
        space: found.space,
        name,
        server: hub,
        exported: now,
        key_document,
        ...(followed ? { followed } : {}),
        streams: found.streams,
      };
      const progress = createProgress(!context.json);
      const counted = { lines: 0 };
      const lines = Readable.from(exportLines(homeserver, header, counted, progress));
      if (path === undefined) await pipeline(lines, process.stdout, { end: false });
      else await writeWhole(context, lines, path, force);
      progress.end();
      if (path === undefined) return;
      const done = { file: path, space: header.space, streams: header.streams.length, lines: counted.lines };
      context.answer(
        done,
        () => `Wrote ${done.lines} lines of ${done.streams} streams of ${harmless(name)} to ${path}.`,
      );
    });

async function* exportLines(
  homeserver: OpenHomeserver,
  header: ExportHeader,
  counted: { lines: number },
  progress: Progress,
): AsyncGenerator<string> {
  yield `${JSON.stringify(header)}\n`;
  for (const head of header.streams) {
    for await (const line of linesUpTo(homeserver, header.space, head)) {
      counted.lines++;
      progress.tell(() => `${counted.lines} lines`);
      yield `${line}\n`;
    }
  }
}

/** The file gets its name when all of it is there, and nobody else may read it. */
async function writeWhole(context: Context, lines: Readable, path: string, force: boolean): Promise<void> {
  const draft = `${path}.${process.pid}.draft`;
  const remove = () => rmSync(draft, { force: true });
  const forget = context.onInterrupt(remove);
  try {
    await pipeline(lines, createWriteStream(draft, { mode: 0o600, flags: 'wx', flush: true }));
    if (force) renameSync(draft, path);
    else linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw fileExists(path);
    throw error;
  } finally {
    remove();
    forget();
  }
}

const fileExists = (path: string) => new CommandError('file_exists', `${path} is there already; --force replaces it.`);
