import { hashOf, type SigningContext, signingBytes, signObject } from '../signing.ts';
import { malleated } from './broken-lines.ts';
import { bytesOf, keyNamed } from './samples.ts';

const contexts: SigningContext[] = ['event', 'intent', 'checkpoint', 'identity', 'move', 'invite'];
const LABEL = 'signatures';

const refusedPoints: Record<string, string> = {
  'order 1': '0100000000000000000000000000000000000000000000000000000000000000',
  'order 2': 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'order 4': '0000000000000000000000000000000000000000000000000000000000000000',
  'order 4, other sign': '0000000000000000000000000000000000000000000000000000000000000080',
  'order 8': '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'order 8, other sign': '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'order 8, other y': 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'order 8, other y and sign': 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  'x = 0 with its sign bit, order 1': '0100000000000000000000000000000000000000000000000000000000000080',
  'x = 0 with its sign bit, order 2': 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'y = p': 'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'y = p with the sign bit': 'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'y = p + 1': 'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'y = p + 18': 'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
};

export function signatureVectors() {
  const key = keyNamed(LABEL);
  const object = { v: 1, text: 'é "😀"', n: 9007199254740991 };
  const signed = signObject('event', object, key);
  const { sig } = signed;
  return {
    about:
      'Every object of `signed` verifies under `key` in its context and in no other. Every signature of `refused` is refused for ' +
      'the object of the context `event`, and every key of `refused_keys` at its import: under the first of ' +
      'them a library that takes it verifies `constant` for whatever message.',
    key: { seed: bytesOf(LABEL).toString('hex'), jwk: key.publicJwk, kid: key.kid },
    signed: contexts.map((context) => ({
      context,
      object: signObject(context, object, key),
      signing_bytes: signingBytes(context, { ...object, kid: key.kid }).toString('hex'),
      hash: hashOf(context, { ...object, kid: key.kid }),
    })),
    refused: [
      { name: 'S + L', clause: 'CAN-15', sig: malleated(sig) },
      { name: 'with padding', clause: 'CAN-18', sig: `${sig}==` },
      { name: 'spare bits set', clause: 'CAN-18', sig: `${sig.slice(0, -1)}${nextCharacter(sig.slice(-1))}` },
      { name: 'the alphabet of plain base64', clause: 'CAN-18', sig: Buffer.from(sig, 'base64url').toString('base64') },
      { name: 'white space', clause: 'CAN-18', sig: ` ${sig}` },
      { name: 'cut short', clause: 'CAN-15', sig: sig.slice(0, -2) },
      { name: 'empty', clause: 'CAN-15', sig: '' },
      { name: 'of another context', clause: 'CAN-13', sig: signObject('intent', object, key).sig },
      { name: 'of another key', clause: 'CAN-17', sig: signObject('event', object, keyNamed('another')).sig },
    ],
    refused_keys: Object.entries(refusedPoints).map(([name, hex]) => ({
      name,
      clause: 'CAN-16',
      jwk: { crv: 'Ed25519', kty: 'OKP', x: Buffer.from(hex, 'hex').toString('base64url') },
    })),
    constant: Buffer.concat([Buffer.from('01'.padEnd(64, '0'), 'hex'), Buffer.alloc(32)]).toString('base64url'),
  };
}

function nextCharacter(character: string): string {
  return String.fromCharCode(character.charCodeAt(0) + 1);
}
