const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const name = new RegExp(`^(?:${label}\\.)+${label}(?::[1-9][0-9]{0,4})?$|^localhost:[1-9][0-9]{0,4}$`);

/** The server name in what a person typed or pasted: `b.example`, an address of it, or the end of `wren@b.example`. */
export function serverNameOf(text: string): string | undefined {
  const typed = text.trim().toLowerCase();
  const host = typed
    .replace(/^https:\/\//, '')
    .replace(/\/.*$/, '')
    .replace(/^@?[a-z0-9_.]*@/, '');
  const ascii = URL.parse(`https://${host}`)?.host;
  return ascii !== undefined && ascii.length <= 253 && name.test(ascii) ? ascii : undefined;
}
