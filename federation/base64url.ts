/** The bytes of unpadded base64url, or undefined: Buffer itself skips what it does not know and ignores spare bits. */
export function decodeBase64url(text: string, bytes: number): Buffer | undefined {
  const decoded = Buffer.from(text, 'base64url');
  return decoded.length === bytes && decoded.toString('base64url') === text ? decoded : undefined;
}
