import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** Sealed text: version, then nonce, ciphertext and tag in base64url. */
const SEALED = /^s1\.([A-Za-z0-9_-]{38,})$/;
const NONCE = 12;
const TAG = 16;

/** Sealing and indexing under the master key. A `purpose` is a fixed text such as `root-key` or `email`. */
export interface Secrets {
  /** AES-256-GCM with a random nonce and the purpose as additional data. */
  seal(purpose: string, plaintext: string | Uint8Array): string;
  /** Throws when the text was changed, sealed for another purpose or under another master key. */
  open(purpose: string, sealed: string): Buffer;
  /** HMAC-SHA256 in base64url: finds a sealed value by equality without keeping it in the clear. */
  blindIndex(purpose: string, value: string): string;
  /** 32 bytes of key material of its own, by HKDF. */
  subkey(purpose: string): Buffer;
}

export function createSecrets(masterKey: Uint8Array): Secrets {
  const subkey = (purpose: string) => Buffer.from(hkdfSync('sha256', masterKey, '', `folkmoot/${purpose}/1`, 32));
  const sealingKey = subkey('seal');
  const indexKey = subkey('blind-index');

  return {
    seal(purpose, plaintext) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', sealingKey, nonce).setAAD(Buffer.from(purpose));
      const sealed = [nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()];
      return `s1.${Buffer.concat(sealed).toString('base64url')}`;
    },

    open(purpose, sealed) {
      const bytes = Buffer.from(SEALED.exec(sealed)?.[1] ?? '', 'base64url');
      if (bytes.length < NONCE + TAG) throw new Error(`This is not sealed text (${purpose})`);
      const decipher = createDecipheriv('aes-256-gcm', sealingKey, bytes.subarray(0, NONCE), { authTagLength: TAG });
      decipher.setAAD(Buffer.from(purpose)).setAuthTag(bytes.subarray(-TAG));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()]);
      } catch (cause) {
        throw new Error(`Sealed under another master key, for another purpose, or changed (${purpose})`, { cause });
      }
    },

    // The separator keeps purpose and value apart: ("a", "b:c") is not ("a:b", "c").
    blindIndex: (purpose, value) => createHmac('sha256', indexKey).update(`${purpose}\0${value}`).digest('base64url'),

    subkey: (purpose) => subkey(`subkey/${purpose}`),
  };
}
