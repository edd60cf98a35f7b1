/** The first place where two JSON values differ, for people; undefined where they are equal. */
export function differenceOf(actual: unknown, expected: unknown, path = ''): string | undefined {
  if (Object.is(actual, expected)) return undefined;
  if (!isTree(actual) || !isTree(expected) || Array.isArray(actual) !== Array.isArray(expected)) {
    return `${path || '/'}: ${shorten(actual)} is not ${shorten(expected)}`;
  }
  for (const key of new Set([...Object.keys(actual), ...Object.keys(expected)])) {
    const difference = differenceOf(actual[key], expected[key], `${path}/${key}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

const isTree = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const shorten = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 200));
