import type { PublicJwk } from '../keys.ts';
import { signingBytes } from '../signing.ts';
import { lineCases } from './broken-lines.ts';
import * as good from './sample-chain.ts';
import { bytesOf, HOME, HUB, type Sample } from './samples.ts';

type Expected = { kind: 'hidden' } | { kind: 'event'; payload: string; attribution: string };

const local: Expected = { kind: 'event', payload: 'present', attribution: 'hub' };
const remote: Expected = { kind: 'event', payload: 'present', attribution: 'verified' };
const erased: Expected = { kind: 'event', payload: 'erased', attribution: 'unattributed' };

export function chainVectors() {
  return {
    about:
      'Two streams of one space, and single lines that are checked after a given place of one of them. A key counts for its own server only. ' +
      'Bodies are examples.',
    space: good.space,
    hub: HUB,
    keys: [published(HUB, 'hub.example signing', good.hubKey), published(HOME, 'home.example signing', good.homeKey)],
    streams: {
      space: { stream: '_', lines: withExpected(good.spaceLines, [local, local, remote]) },
      channel: {
        stream: good.channel,
        lines: withExpected(good.channelLines, [local, erased, remote, { kind: 'hidden' }, local, local, remote]),
      },
    },
    events: [good.genesis, good.created, good.joined, good.hello, good.regretted].map(explained),
    lines: lineCases,
  };
}

function published(server: string, label: string, { kid, publicJwk }: { kid: string; publicJwk: PublicJwk }) {
  return { server, kid, jwk: publicJwk, seed: bytesOf(label).toString('hex') };
}

function withExpected(lines: string[], expected: Expected[]) {
  return lines.map((line, i) => ({ line, expect: expected[i] as Expected }));
}

function explained({ envelope, hash, payloadText }: Sample) {
  return {
    hash,
    signing_bytes: signingBytes('event', envelope).toString('hex'),
    payload: payloadText,
    pc: envelope.pc,
    sig: envelope.sig,
  };
}
