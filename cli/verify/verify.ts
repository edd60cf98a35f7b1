import { Command } from 'commander';
import { exitCodes } from '../command-error.ts';
import type { Context } from '../context.ts';
import { createProgress, type Progress } from '../show/progress.ts';
import { type Column, table } from '../show/table.ts';
import { harmless } from '../show/text-width.ts';
import type { Problem } from './problem.ts';
import type { StreamReport } from './space-check.ts';
import type { Verified } from './verified.ts';

export const verify = (context: Context) =>
  new Command('verify')
    .description(
      'Check chain, signatures and commitments of a community: every line is there, in order, signed by the hub and unchanged.\n' +
        'A file needs neither network nor homeserver; it is checked against the id of the community.',
    )
    .argument(
      '<space-or-file>',
      'id of a community, or a file that folkmoot space export wrote; - is the standard input',
    )
    .action(async (source: string) => {
      const progress = createProgress(!context.json);
      const begin = performance.now();
      const { space, name, check } = await verifySource(context, source, progress);
      progress.end();
      const { problems, streams, hub } = check;
      const seconds = Math.round(performance.now() - begin) / 1000;
      const result = { ok: problems.length === 0, space, name, hub, ...totalsOf(streams), streams, problems, seconds };
      context.answer(result, () => reportOf(result));
      if (!result.ok) process.exitCode = exitCodes.no;
    });

async function verifySource(context: Context, source: string, progress: Progress): Promise<Verified> {
  if (!/^s_[a-z2-7]{32}$/.test(source)) {
    const { verifyFile } = await import('./verify-file.ts');
    return verifyFile(source, progress);
  }
  const { openHomeserver } = await import('../homeserver/open-homeserver.ts');
  const { verifySpace } = await import('./verify-space.ts');
  await using homeserver = await openHomeserver(context);
  return await verifySpace(homeserver, source, progress);
}

interface Result extends Totals {
  ok: boolean;
  space: string;
  name: string | null;
  hub: string;
  streams: StreamReport[];
  problems: Problem[];
  seconds: number;
}

type Totals = Record<'lines' | 'erased' | 'hidden' | 'unattributed' | 'orphaned' | 'apart', number>;

function totalsOf(streams: readonly StreamReport[]): Totals {
  const sum = (name: keyof Totals) => streams.reduce((total, stream) => total + stream[name], 0);
  return {
    lines: sum('lines'),
    erased: sum('erased'),
    hidden: sum('hidden'),
    unattributed: sum('unattributed'),
    orphaned: sum('orphaned'),
    apart: sum('apart'),
  };
}

const columns: Column<StreamReport>[] = [
  { title: 'stream', value: ({ stream }) => stream },
  { title: 'lines', value: ({ lines }) => lines },
  { title: 'erased', value: ({ erased }) => erased },
  { title: 'hidden', value: ({ hidden }) => hidden },
  { title: 'unattributed', value: ({ unattributed }) => unattributed },
  { title: 'orphaned', value: ({ orphaned }) => orphaned },
  { title: 'newest', value: ({ head }) => head },
  { title: 'holds', value: ({ ok }) => (ok ? 'yes' : 'NO'), color: ({ ok }) => (ok ? 'green' : 'red') },
];

function reportOf({
  ok,
  space,
  name,
  hub,
  lines,
  erased,
  unattributed,
  apart,
  streams,
  problems,
  seconds,
}: Result): string {
  const title = harmless(`${name ?? 'Community'} (${space}), hub ${hub === '' ? 'unknown' : hub}`);
  const counts = `${lines} lines in ${streams.length} streams, ${erased} erased, ${unattributed} unattributed; ${seconds} s`;
  const followed =
    apart === 0
      ? []
      : [
          `This homeserver follows the community, and not all of its lines are here: ${apart} do not follow another one and hold by themselves.`,
        ];
  const verdict = ok
    ? `Everything holds: ${counts}.`
    : `${problems.length === 1 ? 'ONE PLACE DOES' : `${problems.length} PLACES DO`} NOT HOLD; ${counts}.`;
  return [
    title,
    table(columns, streams, { empty: 'There are no lines.' }),
    ...problems.map(lineOf),
    ...followed,
    verdict,
  ].join('\n\n');
}

function lineOf({ stream, position, line, reason, text }: Problem): string {
  const where = line === null ? '' : `, line ${line} of the file`;
  return `${harmless(stream)} ${position}${where}: ${reason}\n  ${text}.`;
}
