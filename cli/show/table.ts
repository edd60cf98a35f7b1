import { styleText } from 'node:util';
import { fit, harmless, widthOf } from './text-width.ts';

export interface Column<Row> {
  title: string;
  value(row: Row): string | number | null;
  /** May be cut where the terminal is too narrow; others are always whole. */
  flexible?: boolean;
  /** Colour of a cell, on a terminal. */
  color?(row: Row): 'green' | 'yellow' | 'red' | 'gray';
}

/** A name or text of a person that gets no narrower than this. */
const NARROWEST = 8;
const GAP = '  ';

/** Rows as aligned columns; numbers stand to the right. No rows give the text that is said instead. */
export function table<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  {
    empty,
    width = process.stdout.isTTY ? process.stdout.columns : undefined,
  }: { empty: string; width?: number | undefined },
): string {
  if (rows.length === 0) return empty;
  const cells = rows.map((row) => columns.map(({ value }) => textOf(value(row))));
  const widths = columns.map(({ title }, i) =>
    Math.max(widthOf(title), ...cells.map((line) => widthOf(line[i] ?? ''))),
  );
  narrow(columns, widths, width);
  const right = columns.map(({ value }) => rows.some((row) => typeof value(row) === 'number'));

  const line = (texts: readonly string[], styled: (text: string, i: number) => string) =>
    texts
      .map((text, i) => {
        const shown = fit(text, widths[i] ?? 0);
        const space = ' '.repeat((widths[i] ?? 0) - widthOf(shown));
        if (right[i]) return space + styled(shown, i);
        return styled(shown, i) + (i === texts.length - 1 ? '' : space);
      })
      .join(GAP);
  const head = line(
    columns.map(({ title }) => title),
    (text) => styleText('bold', text),
  );
  const body = rows.map((row, at) =>
    line(cells[at] ?? [], (text, i) => {
      const color = columns[i]?.color?.(row);
      return color === undefined ? text : styleText(color, text);
    }),
  );
  return [head, ...body].join('\n');
}

/** Pairs of a name and a value below each other. */
export function facts(pairs: readonly (readonly [string, string | number | null])[]): string {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${styleText('gray', name.padEnd(width))}  ${textOf(value)}`).join('\n');
}

/** Takes from the widest flexible columns until the line fits. */
function narrow(columns: readonly Column<never>[], widths: number[], width: number | undefined): void {
  if (width === undefined) return;
  let over = widths.reduce((sum, one) => sum + one + GAP.length, -GAP.length) - width;
  while (over > 0) {
    let widest = -1;
    columns.forEach(({ flexible }, i) => {
      if (flexible && (widths[i] ?? 0) > Math.max(NARROWEST, widths[widest] ?? 0)) widest = i;
    });
    if (widest === -1) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
    over--;
  }
}

const textOf = (value: string | number | null) => (value === null ? '–' : harmless(String(value)));
