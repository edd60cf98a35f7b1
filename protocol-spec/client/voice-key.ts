import { proofText, type VoiceKey } from '../schemas/gateway/guest-voice.ts';

/** A key for one connection. Its private half never leaves the client, so that a token is of no use to who finds it. [VOX-15] */
export interface ConnectionKey {
  readonly thumbprint: string;
  readonly publicKey: VoiceKey;
  prove(challenge: string, token: string): Promise<string>;
}

export async function createConnectionKey(): Promise<ConnectionKey> {
  const { subtle } = crypto;
  const pair = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
  const { x = '', y = '' } = await subtle.exportKey('jwk', pair.publicKey);
  const publicKey: VoiceKey = { kty: 'EC', crv: 'P-256', x, y };
  const members = JSON.stringify({ crv: 'P-256', kty: 'EC', x, y });
  return {
    thumbprint: base64url(await subtle.digest('SHA-256', bytesOf(members))),
    publicKey,
    async prove(challenge, token) {
      const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
      return base64url(await subtle.sign(algorithm, pair.privateKey, bytesOf(proofText(challenge, token))));
    },
  };
}

const bytesOf = (text: string) => new TextEncoder().encode(text);

function base64url(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
