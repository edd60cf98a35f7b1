/** Does work for each of many things, some of them at a time. */
export async function someAtOnce<T>(
  things: Iterable<T>,
  work: (thing: T) => Promise<unknown>,
  atOnce = 8,
): Promise<void> {
  const waiting = [...things];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
