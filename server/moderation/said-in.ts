/** What the message of a report said, first and after each edit; its lines, a JSON array, were checked when they came. */
export const saidIn = (lines: string): string[] => saidByLines(JSON.parse(lines) as string[]);

export function saidByLines(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const { p } = JSON.parse(line) as { p: { intent?: { body?: { content?: unknown } } } | null };
    const content = p?.intent?.body?.content;
    return typeof content === 'string' ? [content] : [];
  });
}
