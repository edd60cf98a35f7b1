const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** New id of an intent, for the `nonce` of a message: 130 random bits. [MSG-1] */
export function newIntentId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(26));
  return `i_${Array.from(bytes, (byte) => alphabet[byte & 31]).join('')}`;
}
