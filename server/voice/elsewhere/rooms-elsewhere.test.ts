import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { EphemeralItem } from '@folkmoot/protocol-spec/schemas/federation/live.ts';
import type { VoiceState } from '@folkmoot/protocol-spec/schemas/voice-state.ts';
import { createLog } from '../../base/log.ts';
import type { Reader } from '../../storage/database.ts';
import type { Shown } from '../../streams/binding.ts';
import { RoomsElsewhere } from './rooms-elsewhere.ts';

const id = (prefix: string, letter: string) => `${prefix}_${letter.repeat(prefix === 'c' ? 26 : 32)}`;
const [space, other, channel] = [id('s', 'a'), id('s', 'b'), id('c', 'a')];
const [own, stranger] = [id('u', 'a'), id('u', 'b')];
const seat = { user: own, login: 'x_1', isConnected: true };

function scene() {
  const shown: Shown[] = [];
  const said: EphemeralItem[] = [];
  const leftHere: string[] = [];
  const missed: string[] = [];
  // Only the user of this homeserver is known, and every space is a direct message.
  const reader = {
    get: async (_: unknown, parameters: { id?: string; space?: string }) => {
      if (parameters.space !== undefined) return { kind: 'dm' };
      return parameters.id === own ? { id: own, handle: 'own', display_name: 'Own', home: null, bot: null } : undefined;
    },
    all: async () => [],
  } as unknown as Reader;
  const rooms = new RoomsElsewhere({
    self: 'home.example',
    database: { read: (work) => work(reader) },
    signals: { send: (one) => void shown.push(one) },
    askToken: async () => ({ url: 'wss://hub.example/voice', token: 'a.b.c', expires: 0 }),
    say: (_, item) => void said.push(item),
    leftHere: (user) => void leftHere.push(user),
    busyOf: async () => [],
    missed: (by) => void missed.push(by),
    clock: { now: () => 0 },
    log: createLog({ level: 'silent', format: 'json', write: () => undefined }),
  });
  return { rooms, shown, said, leftHere, missed, [Symbol.dispose]: () => rooms[Symbol.dispose]() };
}

const stateOf = (user: string, home?: string): VoiceState => ({
  channel,
  user: { id: user, handle: 'said', display_name: 'Said', ...(home === undefined ? {} : { home }) },
  muted: false,
  deafened: false,
  server_muted: false,
  server_deafened: false,
  camera: false,
  screen: false,
});
const item = (user: string, kind: string, data: Record<string, unknown>, where = space): EphemeralItem => ({
  space: where,
  channel,
  user,
  kind,
  ts: 0,
  data,
});

test('[VOX-17] a hub names its own users and those of others, and none of this homeserver', async () => {
  using told = scene();
  await told.rooms.take('hub.example', [item(stranger, 'voice.state', { state: stateOf(stranger) })]);
  assert.equal(told.rooms.statesOf(space, () => true)[0]?.user.home, 'hub.example');
  const forged = stateOf(id('u', 'c'), 'home.example');
  await told.rooms.take('hub.example', [item(forged.user.id, 'voice.state', { state: forged })]);
  assert.equal(told.rooms.statesOf(space, () => true).length, 1);
  await told.rooms.take('hub.example', [item(own, 'voice.state', { state: stateOf(own) })]);
  assert.equal(told.rooms.statesOf(space, () => true)[0]?.user.display_name, 'Own');
});

test('[VOX-17] what does not fit is dropped', async () => {
  using told = scene();
  await told.rooms.take('hub.example', [
    item(stranger, 'voice.state', { state: { ...stateOf(stranger), channel: 'x' } }),
    item(stranger, 'voice.state', { state: stateOf(own) }),
    item(stranger, 'voice.state', {}),
    item(stranger, 'call.state', { call: { id: 'x' } }),
    item(stranger, 'call.ended', { call: 'x', reason: 'because' }),
    item(stranger, 'voice.left', {}),
  ]);
  assert.deepEqual([told.rooms.statesOf(space, () => true), told.rooms.callOf(space), told.shown], [[], undefined, []]);
});

test('[VOX-18] a hub cannot end the voice of a user who did not ask to go in there', async () => {
  using told = scene();
  await told.rooms.token(seat, { space, channel }, 'k');
  await told.rooms.take('hub.example', [item(own, 'voice.state', { state: stateOf(own) })]);
  assert.deepEqual(told.leftHere, [own]);
  await told.rooms.take('liar.example', [item(own, 'voice.state', { state: stateOf(own) }, other)]);
  assert.equal(told.said.length, 0);
  told.rooms.ended(seat);
  assert.deepEqual(
    told.said.map((one) => [one.space, one.kind]),
    [[space, 'voice.out']],
  );
});

test('[CALL-4] a hub cannot make users say that they called, and once for each time that they did', async () => {
  using told = scene();
  const call = { id: 'one', channel, by: stateOf(own).user, since: 0, ringing: [stranger], answered: false };
  const goesInVain = async () => {
    await told.rooms.take('hub.example', [item(own, 'call.state', { call })]);
    await told.rooms.take('hub.example', [item(own, 'call.ended', { call: 'one', reason: 'missed' })]);
    await setImmediate();
  };
  await goesInVain();
  assert.deepEqual(told.missed, []);
  await told.rooms.token(seat, { space, channel }, 'k');
  await goesInVain();
  await goesInVain();
  assert.deepEqual(told.missed, [own]);
});
