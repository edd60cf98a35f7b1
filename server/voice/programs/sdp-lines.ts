/** Values of the lines `a=<name>:…`. */
export function valuesOf(lines: readonly string[], name: string, separator = ':'): string[] {
  const start = `a=${name}${separator}`;
  return lines.filter((line) => line.startsWith(start)).map((line) => line.slice(start.length).trim());
}

export const valueOf = (lines: readonly string[], name: string, separator = ':'): string | undefined =>
  valuesOf(lines, name, separator)[0];

/** Of `a=fmtp`. */
export function parametersOf(text: string): Record<string, string | number> {
  const found: Record<string, string | number> = {};
  for (const pair of text.split(';')) {
    const [name = '', value = ''] = pair.trim().split('=');
    if (name !== '' && value !== '') found[name] = /^\d{1,9}$/.test(value) ? Number(value) : value;
  }
  // 420010 reads as a number, and is none.
  const profile = /profile-level-id=([0-9A-Fa-f]{6})/.exec(text)?.[1];
  return profile === undefined ? found : { ...found, 'profile-level-id': profile };
}
