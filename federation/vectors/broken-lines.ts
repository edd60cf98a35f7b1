import type { Attribution, CheckedLine, StopCode, StopReason } from '../chain.ts';
import { commitmentOf, lineText } from '../envelope.ts';
import { canonicalize } from '../canonical-json.ts';
import { idNamed, keyNamed, seal, unsealed } from './samples.ts';
import * as good from './sample-chain.ts';
import { signIntent } from '../intent.ts';
import type { Cursor } from '../schemas.ts';

export type LineCase = {
  name: string;
  clause: string;
  stream: 'space' | 'channel';
  after: Cursor | null;
  line: string;
  expect:
    | { ok: false; reason: StopReason; code: StopCode }
    | { ok: true; payload: Extract<CheckedLine, { kind: 'event' }>['payload']; attribution: Attribution };
};

const { hello, regretted, erasing, reaction, restarted, genesis, created, hubKey, homeKey } = good;
const afterHello = good.cursorAt(hello);
const foreignSpace = idNamed('s_', 'another space', 32);
const otherHubKey = keyNamed('hub.example signing, unknown');

type Change = Record<string, unknown>;

/** `regretted` with changes, signed again by the hub; `p` is its payload unless given. */
function changed(change: Change, p: unknown = regretted.payload, pc = commitmentOf(canonicalize(p))): string {
  return seal({ ...unsealed(regretted.envelope), pc, ...change }, p, hubKey);
}

function withIntent(change: Change): string {
  return changed({}, { ...regretted.payload, intent: { ...regretted.payload.intent, ...change } });
}

function stops(clause: string, reason: StopReason, code: StopCode, cases: Record<string, string>): LineCase[] {
  return Object.entries(cases).map(([name, line]) => {
    return { name, clause, stream: 'channel', after: afterHello, line, expect: { ok: false, reason, code } };
  });
}

function passes(
  clause: string,
  payload: 'present' | 'mismatch',
  attribution: Attribution,
  cases: Record<string, string>,
): LineCase[] {
  return Object.entries(cases).map(([name, line]) => {
    return { name, clause, stream: 'channel', after: afterHello, line, expect: { ok: true, payload, attribution } };
  });
}

/** The signature with its last half raised by the order of the group, which sloppy verifiers take. */
export function malleated(sig: string): string {
  const L = 2n ** 252n + 27742317777372353535851937790883648493n;
  const bytes = Buffer.from(sig, 'base64url');
  const s = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`) + L;
  const raised = Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse();
  return Buffer.concat([bytes.subarray(0, 32), raised]).toString('base64url');
}

const { sig } = regretted.envelope;
const { envelopeText, payloadText, line } = regretted;
const flipped = `${sig[0] === 'A' ? 'B' : 'A'}${sig.slice(1)}`;
const { sig: _sig, kid: _kid, ...unsignedIntent } = regretted.payload.intent;

export const lineCases: LineCase[] = [
  ...stops('STR-15', 'not_canonical', 'not_canonical', {
    'a space after the line': `${line} `,
    'a LF after the line': `${line}\n`,
    'payload before envelope': `{"p":${payloadText},"ev":${envelopeText}}`,
    'a member twice': line.replace('"v":1}', '"v":1,"v":1}'),
    'a letter written as an escape': line.replace('"type":"m', '"type":"\\u006d'),
    'a number with a fraction': line.replace('"v":1}', '"v":1.0}'),
    'a third part': lineText(envelopeText, payloadText).replace(/\}$/, ',"q":1}'),
  }),
  ...stops('STR-1', 'not_canonical', 'malformed', {
    'an array': '[]',
    'no payload part': `{"ev":${envelopeText}}`,
    'an envelope without pc': seal({ ...unsealed(regretted.envelope), pc: undefined }, null, hubKey),
    'no auth outside of the genesis': changed({ auth: undefined }),
    'seq as text': changed({ seq: '1' }),
    'a place with a leading zero in ref': changed({ ref: ['1.01'] }),
    'a hash with spare bits': changed({ prev: `${hello.hash.slice(0, 42)}B` }),
  }),
  ...stops('STR-16', 'not_canonical', 'unsupported_version', { 'version 2': changed({ v: 2 }) }),
  ...stops('STR-5', 'not_canonical', 'envelope_too_large', {
    'an envelope of more than 4 KiB': changed({ ref: Array.from({ length: 600 }, (_, i) => `1.${i + 1000}`) }),
  }),
  ...stops('STR-16', 'wrong_stream', 'wrong_stream', {
    'an event of another channel': changed({ stream: idNamed('c_', 'another channel') }),
    'an event of another space': changed({ space: foreignSpace }),
    'no space outside of the genesis': changed({ space: undefined }),
    'an event of the space stream': created.line,
  }),
  ...stops('STR-16', 'bad_signature', 'bad_signature', {
    'a changed signature': line.replace(sig, flipped),
    'a malleated signature': line.replace(sig, malleated(sig)),
    'a changed time': line.replace(`"ts":${regretted.envelope.ts}`, `"ts":${regretted.envelope.ts + 1}`),
    'the signature of another context': seal(unsealed(regretted.envelope), regretted.payload, hubKey, 'intent'),
  }),
  ...stops('STR-16', 'bad_signature', 'unknown_key', {
    'an unknown key': seal(unsealed(regretted.envelope), regretted.payload, otherHubKey),
    'a known key that is not of the hub': seal(unsealed(regretted.envelope), regretted.payload, homeKey),
  }),
  ...stops('STR-6', 'broken_chain', 'wrong_prev', {
    'another hash of the event before': changed({ prev: genesis.hash }),
    'no hash of the event before': changed({ prev: undefined }),
  }),
  ...stops('STR-7', 'broken_chain', 'gap', {
    'a gap': erasing.line,
    'a hidden line after a gap': `{"hid":{"epoch":1,"hash":"${erasing.hash}","seq":2}}`,
    'a new epoch that does not start at 0': changed({ epoch: 2, seq: 1, type: 'epoch.start' }),
  }),
  ...stops('STR-7', 'broken_chain', 'already_seen', { 'the same place again': hello.line }),
  ...stops('STR-22', 'broken_chain', 'no_epoch_start', {
    'a new epoch without epoch.start': changed({ epoch: 2, seq: 0 }),
    'a hidden start of an epoch': `{"hid":{"epoch":2,"hash":"${restarted.hash}","seq":0}}`,
  }),
  ...stops('STR-24', 'broken_chain', 'unknown_fork_point', {
    'a fork point that is not the last event': restarted.line,
  }),
  ...passes('STR-17', 'mismatch', 'unattributed', {
    'a payload that was changed': line.replace('My address', 'My Address'),
    'the payload of another event': lineText(envelopeText, reaction.payloadText),
  }),
  ...passes('STR-18', 'present', 'unattributed', {
    'an intent without the signature that is due': changed({}, { ...regretted.payload, intent: unsignedIntent }),
    'an intent with words put into it': withIntent({ body: { text: 'I never said this' } }),
    'an intent signed by the hub in the name of the home': withIntent(
      signIntent({ ...unsignedIntent, body: { text: 'forged' } }, hubKey),
    ),
    'an intent for another channel': withIntent({ stream: idNamed('c_', 'another channel') }),
    'an intent for another hub': withIntent({ aud: 'other.example' }),
    'an intent of another type': changed({ type: 'message.update' }),
    'an intent that refers to nothing': changed({ ref: ['1.0'] }),
    'a payload without an intent': changed({}, { salt: regretted.payload.salt }),
    'a payload that is a text': changed({}, 'odd'),
  }),
  ...passes('CAN-19', 'present', 'verified', {
    'a member of the envelope that nobody knows': changed({ com_example: { odd: [1] } }),
  }),
  {
    name: 'an event after a hidden one, linked to something else',
    clause: 'STR-6',
    stream: 'channel',
    after: { epoch: 1, seq: 3, hash: genesis.hash },
    line: reaction.line,
    expect: { ok: false, reason: 'broken_chain', code: 'wrong_prev' },
  },
  {
    name: 'a stream that does not start at 1.0',
    clause: 'STR-7',
    stream: 'channel',
    after: null,
    line: regretted.line,
    expect: { ok: false, reason: 'broken_chain', code: 'gap' },
  },
  {
    name: 'the old epoch goes on after the new one began',
    clause: 'STR-22',
    stream: 'channel',
    after: good.cursorAt(restarted),
    line: seal({ ...unsealed(reaction.envelope), seq: 5, prev: reaction.hash }, reaction.payload, hubKey),
    expect: { ok: false, reason: 'broken_chain', code: 'already_seen' },
  },
  {
    name: 'the genesis of another space',
    clause: 'STR-14',
    stream: 'space',
    after: null,
    line: seal({ ...unsealed(genesis.envelope), ts: genesis.envelope.ts + 1 }, genesis.payload, hubKey),
    expect: { ok: false, reason: 'wrong_stream', code: 'wrong_stream' },
  },
  {
    name: 'a first event that claims the id of the space',
    clause: 'STR-14',
    stream: 'space',
    after: null,
    line: seal({ ...unsealed(genesis.envelope), space: good.space }, genesis.payload, hubKey),
    expect: { ok: false, reason: 'wrong_stream', code: 'wrong_stream' },
  },
];
