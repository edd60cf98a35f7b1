import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';

/** A certificate authority for tests and demonstrations: it lives in memory and signs for whoever asks. */
export interface Authority {
  /** Its own certificate, PEM. */
  readonly certificate: string;
  /** A certificate for host names and IPv4 addresses, with its key, PEM. */
  issue(...hosts: string[]): { certificate: string; key: string };
}

const DAY = 86_400_000;
const SHA256_WITH_ECDSA = sequence(oid('1.2.840.10045.4.3.2'));

export function createAuthority(now = Date.now()): Authority {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = name('Folkmoot development');
  const make = (subject: Buffer, publicKey: KeyObject, extensions: Buffer[]): string => {
    const validity = sequence(utcTime(now - DAY), utcTime(now + 30 * DAY));
    const spki = publicKey.export({ format: 'der', type: 'spki' });
    const serial = integer(Buffer.concat([Buffer.of(1), randomBytes(15)]));
    const version = tagged(0, integer(Buffer.of(2)));
    const listed = tagged(3, sequence(...extensions));
    const content = sequence(version, serial, SHA256_WITH_ECDSA, issuer, validity, subject, spki, listed);
    const signature = sign('sha256', content, authority.privateKey);
    return pem(sequence(content, SHA256_WITH_ECDSA, bitString(signature)));
  };
  const isAuthority = extension('2.5.29.19', sequence(Buffer.of(1, 1, 0xff)), true);
  const keyId = createHash('sha1')
    .update(authority.publicKey.export({ format: 'der', type: 'spki' }))
    .digest();
  return {
    certificate: make(issuer, authority.publicKey, [isAuthority, extension('2.5.29.14', element(4, keyId))]),
    issue(...hosts) {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const names = extension('2.5.29.17', sequence(...hosts.map(hostName)));
      const byWhom = extension('2.5.29.35', sequence(element(0x80, keyId)));
      const certificate = make(name(hosts[0] ?? 'nobody'), publicKey, [names, byWhom]);
      return { certificate, key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString() };
    },
  };
}

/** DER: tag, length, content. */
function element(tag: number, ...content: Buffer[]): Buffer {
  const bytes = Buffer.concat(content);
  const { length } = bytes;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), bytes]);
}

function sequence(...content: Buffer[]): Buffer {
  return element(0x30, ...content);
}

function tagged(number: number, content: Buffer): Buffer {
  return element(0xa0 + number, content);
}

function integer(bytes: Buffer): Buffer {
  return element(2, bytes);
}

function bitString(bytes: Buffer): Buffer {
  return element(3, Buffer.of(0), bytes);
}

function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = rest.flatMap((part) => {
    const groups = [part & 127];
    for (let left = part >> 7; left > 0; left >>= 7) groups.unshift((left & 127) | 128);
    return groups;
  });
  return element(6, Buffer.of(first * 40 + second, ...bytes));
}

function utcTime(ms: number): Buffer {
  const text = new Date(ms).toISOString().replace(/[-:T]/g, '').slice(2, 14);
  return element(23, Buffer.from(`${text}Z`));
}

function name(common: string): Buffer {
  const attribute = sequence(oid('2.5.4.3'), element(12, Buffer.from(common)));
  return sequence(element(0x31, attribute));
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(oid(id), ...(critical ? [Buffer.of(1, 1, 0xff)] : []), element(4, value));
}

function hostName(host: string): Buffer {
  return isIP(host) === 4 ? element(0x87, Buffer.from(host.split('.').map(Number))) : element(0x82, Buffer.from(host));
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
