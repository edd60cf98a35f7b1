import type { ExpectedStream } from '../chain.ts';
import { spaceIdOf } from '../envelope.ts';
import { userIdOf } from '../identity.ts';
import { positionAt } from '../ids.ts';
import { buildIntent, signIntent } from '../intent.ts';
import type { Cursor, Intent } from '../schemas.ts';
import { HOME, HUB, idNamed, keyBook, keyNamed, type Sample, START, sampleEvent } from './samples.ts';

export const hubKey = keyNamed('hub.example signing');
export const homeKey = keyNamed('home.example signing');
export const owner = userIdOf(keyNamed('owner').publicJwk);
export const guest = userIdOf(keyNamed('guest').publicJwk);
export const channel = idNamed('c_', 'general');

type Act = {
  at: Cursor | { epoch: number; seq: number };
  type: string;
  body: Record<string, unknown>;
  stream?: string;
  by?: 'owner' | 'guest';
  prev?: string;
  space?: string;
  auth?: string;
  ref?: string[];
};

/** The intent of an act: a guest's is signed by the guest's home. */
export function intentOf({ at, type, body, stream = '_', by = 'owner', space, ref }: Act): Intent {
  const intent = buildIntent({
    id: idNamed('i_', `${stream} ${positionAt(at)}`),
    aud: HUB,
    ...(space && { space }),
    stream,
    type,
    actor: by === 'owner' ? owner : guest,
    home: by === 'owner' ? HUB : HOME,
    n: at.seq,
    ts: START + at.seq * 1000,
    ...(ref && { ref }),
    body,
  });
  return by === 'owner' ? intent : signIntent(intent, homeKey);
}

export function eventOf(act: Act, intent = intentOf(act)): Sample {
  const { at, type, stream = '_', prev, space, auth, ref } = act;
  const fields = {
    ...(space && { space }),
    stream,
    epoch: at.epoch,
    seq: at.seq,
    ...(prev && { prev }),
    ts: START + at.seq * 1000 + 100,
    type,
    ...(auth && { auth }),
    ...(ref && { ref }),
  };
  return sampleEvent(fields, intent, hubKey);
}

const genesisBody = { kind: 'community', name: 'Sample', hub: HUB, owner };
export const genesis = eventOf({ at: { epoch: 1, seq: 0 }, type: 'space.create', body: genesisBody });
export const space = spaceIdOf(genesis.hash);

export const created = eventOf({
  at: { epoch: 1, seq: 1 },
  type: 'channel.create',
  body: { channel, name: 'general' },
  prev: genesis.hash,
  space,
  auth: '1.0',
});
export const joined = eventOf({
  at: { epoch: 1, seq: 2 },
  type: 'member.join',
  body: {},
  by: 'guest',
  prev: created.hash,
  space,
  auth: '1.1',
});

const inChannel = { stream: channel, space, auth: '1.2' };
export const hello = eventOf({
  ...inChannel,
  at: { epoch: 1, seq: 0 },
  type: 'message.create',
  body: { text: 'Hello 👋 "everybody"' },
});
export const regretted = eventOf({
  ...inChannel,
  at: { epoch: 1, seq: 1 },
  type: 'message.create',
  body: { text: 'My address is …' },
  by: 'guest',
  prev: hello.hash,
});
export const erasing = eventOf({
  ...inChannel,
  at: { epoch: 1, seq: 2 },
  type: 'message.delete',
  body: {},
  by: 'guest',
  prev: regretted.hash,
  ref: ['1.1'],
});
export const unseen = eventOf({
  ...inChannel,
  at: { epoch: 1, seq: 3 },
  type: 'pin.add',
  body: {},
  prev: erasing.hash,
  ref: ['1.0'],
});
export const reaction = eventOf({
  ...inChannel,
  at: { epoch: 1, seq: 4 },
  type: 'reaction.add',
  body: { emoji: '🎉' },
  prev: unseen.hash,
  ref: ['1.0'],
});
export const restarted = eventOf({
  ...inChannel,
  at: { epoch: 2, seq: 0 },
  type: 'epoch.start',
  body: {},
  prev: reaction.hash,
});
export const poll = eventOf({
  ...inChannel,
  at: { epoch: 2, seq: 1 },
  type: 'com.example.poll',
  body: { question: 'When?', choices: ['now', 'later'] },
  by: 'guest',
  prev: restarted.hash,
});

export const spaceLines = [genesis.line, created.line, joined.line];
export const channelLines = [
  hello.line,
  `{"ev":${regretted.envelopeText},"p":null}`,
  erasing.line,
  `{"hid":{"epoch":1,"hash":"${unseen.hash}","seq":3}}`,
  reaction.line,
  restarted.line,
  poll.line,
];

const keyOf = keyBook([HUB, hubKey], [HOME, homeKey]);
export const spaceStream: ExpectedStream = { space, stream: '_', hub: HUB, keyOf };
export const channelStream: ExpectedStream = { space, stream: channel, hub: HUB, keyOf };

export function cursorAt(event: Sample): Cursor {
  return { epoch: event.envelope.epoch, seq: event.envelope.seq, hash: event.hash };
}
