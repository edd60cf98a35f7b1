/** What the message of a report said, first and after each edit; its lines were checked when they came. */
export function saidIn({ lines }: { lines: string }): string[] {
  return (JSON.parse(lines) as string[]).flatMap((line) => {
    const { p } = JSON.parse(line) as { p: { intent?: { body?: { content?: unknown } } } | null };
    const content = p?.intent?.body?.content;
    return typeof content === 'string' ? [content] : [];
  });
}
