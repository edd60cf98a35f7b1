/** The code of a pasted invite: a link of any homeserver, or the bare code. */
export function inviteCodeOf(text: string): string | undefined {
  return /^(?:\S*\/invite\/)?([A-Za-z0-9_-]{22})\/?$/.exec(text.trim())?.[1];
}
