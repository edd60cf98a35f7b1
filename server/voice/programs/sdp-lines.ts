/** Attributes of a part of an offer. Those about one payload type have names such as `rtpmap:96`. */
export type Attributes = ReadonlyMap<string, readonly string[]>;

/** Each line is looked at once: an offer of a stranger may have thousands. */
export function attributesOf(lines: readonly string[]): Attributes {
  const found = new Map<string, string[]>();
  for (const line of lines) {
    const [, name, value = ''] = /^a=((?:rtpmap|fmtp|rtcp-fb):[^ ]*|[^:]*)[: ]?(.*)$/.exec(line) ?? [];
    if (name === undefined) continue;
    const values = found.get(name);
    if (values) values.push(value.trim());
    else found.set(name, [value.trim()]);
  }
  return found;
}

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
