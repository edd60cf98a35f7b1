import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock } from '../../base/clock.ts';
import { createLog } from '../../base/log.ts';
import type { Reader } from '../../storage/database.ts';
import type { Seat } from '../participant.ts';
import { RoomsElsewhere } from './rooms-elsewhere.ts';

const id = (prefix: string, letter: string, length: number) => `${prefix}_${letter.repeat(length)}`;
const [space, channel, ada] = [id('s', 'a', 32), id('c', 'b', 26), id('u', 'c', 32)];
const state = {
  channel,
  user: { id: ada, handle: 'ada', display_name: 'Ada' },
  muted: false,
  deafened: false,
  server_muted: false,
  server_deafened: false,
  camera: false,
  screen: false,
};
const said = [{ space, channel, user: ada, kind: 'voice.state', ts: 1, data: { state } }];

function rooms({ isMember, isKnown = true }: { isMember: boolean; isKnown?: boolean }) {
  const left: string[] = [];
  const row = { id: ada, handle: 'ada', display_name: 'Ada', home: null, bot: null };
  let asked = 0;
  const reader = {
    get: async () => (isKnown && (asked++ % 2 === 0 || isMember) ? row : undefined),
  } as unknown as Reader;
  const elsewhere = new RoomsElsewhere({
    self: 'here.example',
    database: { read: <T>(work: (reader: Reader) => Promise<T>) => work(reader) },
    signals: { send: () => undefined },
    askToken: async () => ({ url: 'wss://hub.example/voice', token: 't', expires: 1 }),
    say: () => undefined,
    leftHere: (user: string) => void left.push(user),
    busyOf: () => new Set<string>(),
    missed: async () => undefined,
    clock: manualClock(),
    log: createLog({ level: 'silent', format: 'json' }),
  } as unknown as ConstructorParameters<typeof RoomsElsewhere>[0]);
  return { elsewhere, left, shown: () => elsewhere.statesOf(space, () => true).length };
}

test('[FOL-10] a hub that says that somebody of here is in voice ends nothing for them, unless they went there', async () => {
  const { elsewhere, left, shown } = rooms({ isMember: true });
  using _ = elsewhere;
  await elsewhere.take('hub.example', said);
  assert.deepEqual([left, elsewhere.callWith(ada), shown()], [[], undefined, 1]);
  await elsewhere.token({ user: ada } as Seat, { space, channel }, 'key');
  await elsewhere.take('hub.example', said);
  assert.deepEqual(left, [ada]);
});

test('[FOL-10] nobody of here is shown in voice in a space that they are not in', async () => {
  const { elsewhere, shown } = rooms({ isMember: false });
  using _ = elsewhere;
  await elsewhere.take('hub.example', said);
  assert.equal(shown(), 0);
});

test('[FOL-10] a hub that says that somebody of here calls makes nobody ring, unless they went in there', async () => {
  const { elsewhere } = rooms({ isMember: true });
  using _ = elsewhere;
  const call = { id: 'call-1', channel, by: state.user, since: 1, answered: false, ringing: [] };
  const calls = [{ space, channel, user: ada, kind: 'call.state', ts: 1, data: { call } }];
  await elsewhere.take('hub.example', calls);
  assert.equal(elsewhere.callOf(space), undefined);
  await elsewhere.token({ user: ada } as Seat, { space, channel }, 'key');
  await elsewhere.take('hub.example', calls);
  assert.equal(elsewhere.callOf(space)?.id, 'call-1');
});

test('[VOX-17] a hub that says that very many are in voice leaves no less room for what other hubs say', async () => {
  const { elsewhere } = rooms({ isMember: false, isKnown: false });
  using _ = elsewhere;
  const stateOf = (n: number) => {
    const user = `u_${n.toString(2).padStart(32, '0').replaceAll('0', 'a').replaceAll('1', 'b')}`;
    return {
      space,
      channel,
      user,
      kind: 'voice.state',
      ts: 1,
      data: { state: { ...state, user: { ...state.user, id: user } } },
    };
  };
  const many = Array.from({ length: 20_001 }, (_, n) => stateOf(n));
  await elsewhere.take('loud.example', many);
  const quiet = id('s', 'd', 32);
  await elsewhere.take('quiet.example', [{ ...said[0]!, space: quiet }]);
  assert.equal(elsewhere.statesOf(quiet, () => true).length, 1);
});
