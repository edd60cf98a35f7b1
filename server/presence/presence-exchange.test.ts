import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PeerPresence, PeerWatch } from '@folkmoot/protocol-spec/schemas/federation/people.ts';
import type { Presence } from '@folkmoot/protocol-spec/schemas/people.ts';
import { manualClock } from '../base/clock.ts';
import { createLog } from '../base/log.ts';
import type { GatewaySession } from '../gateway/ports.ts';
import type { Reader } from '../storage/database.ts';
import { PresenceBook } from './presence-book.ts';
import { PresenceExchange, type PresenceExchangeParts } from './presence-exchange.ts';

const user = (letter: string) => `u_${letter.repeat(32)}`;
const [ada, bo, bob] = [user('a'), user('b'), user('d')];
const log = createLog({ level: 'silent', format: 'json' });
const database = { read: <T>(work: (reader: Reader) => Promise<T>) => work({} as Reader) };

/** A homeserver with users of its own, and one beside it whose answers the test gives. */
function start(
  answer: (watch: PeerWatch[]) => Promise<PeerPresence[]>,
  mayWatch: PresenceExchangeParts['mayWatch'] = async (_, __, ___, by) => [...by],
) {
  const clock = manualClock();
  const book = new PresenceBook({
    database,
    clock,
    log,
    inView: async (_, asking, others) => others.filter((other) => other !== asking),
    presenceSetting: async () => ({ status: 'online', text: '' }),
    graceMs: 0,
    coalesceMs: 0,
  });
  const shown: Presence[] = [];
  const sent: PeerPresence[][] = [];
  const waiting: (() => void)[] = [];
  const wake = () => {
    for (const resolve of waiting.splice(0)) resolve();
  };
  book.connect((_, __, d) => {
    shown.push((d as { presence: Presence }).presence);
    wake();
  });
  const exchange = new PresenceExchange({
    book,
    database,
    clock,
    log,
    network: {
      watch: (_, watch) => answer(watch),
      async send(_, presences) {
        sent.push(presences);
        wake();
      },
    },
    homesOf: async (_, users) => new Map(users.map((each) => [each, each === ada ? null : 'b.example'])),
    mayWatch,
    times: { gatherMs: 1, coalesceMs: 5, renewMs: 30, watchMs: 1_000 },
  });
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const session = (of: string): GatewaySession => ({ user: of, login: 'x_1', isConnected: true });
  return { clock, book, exchange, shown, sent, until, wake, session };
}

test('[PPL-11] the users of a homeserver that is not heard from any more are offline after a while, and back with its next answer (F146)', async () => {
  let isThere = true;
  const home = start(async (watch) => {
    if (!isThere) throw new Error('away');
    return watch.map(({ user: each, by }) => ({ user: each, status: 'online' as const, text: 'hi', to: by }));
  });
  await using _ = home.exchange;
  const session = home.session(ada);
  home.book.opened(session, { status: 'online', text: '' });
  home.book.watch(session, [bo]);
  await home.until(() => home.shown.at(-1)?.status === 'online');
  isThere = false;
  home.clock.advance(1_001);
  await home.until(() => home.shown.at(-1)?.status === 'offline');
  isThere = true;
  home.clock.advance(50);
  await home.until(() => home.shown.at(-1)?.status === 'online');
  home.book[Symbol.dispose]();
});

test('[PPL-9] [PPL-10] what is told of whom is not watched is dropped, and many changes are told as few (F143)', async () => {
  const home = start(async () => []);
  await using _ = home.exchange;
  const session = home.session(ada);
  home.book.opened(session, { status: 'online', text: '' });
  const stranger: PeerPresence = { user: user('c'), status: 'dnd', text: 'lie', to: [ada] };
  home.exchange.take('b.example', [stranger]);
  assert.deepEqual(home.book.presencesOf([user('c')], ada)[0]?.status, 'offline');
  const watched = await home.exchange.watch('b.example', [{ user: ada, by: [bo] }]);
  assert.deepEqual(watched, [{ user: ada, status: 'online', text: '', to: [bo] }]);
  for (let count = 0; count < 51; count++) home.book.idle(session, count % 2 === 0);
  await home.until(() => home.sent.length > 0);
  assert.deepEqual(home.sent, [[{ user: ada, status: 'idle', text: '', to: [bo] }]]);
  home.book[Symbol.dispose]();
});

test('[PPL-9] whoever may be seen only a moment after they were asked for is told of then', async () => {
  let isMember = false;
  const home = start(
    async () => [],
    async (_, __, ___, by) => (isMember ? [...by] : []),
  );
  await using _ = home.exchange;
  home.book.opened(home.session(ada), { status: 'online', text: '' });
  assert.deepEqual(await home.exchange.watch('b.example', [{ user: ada, by: [bo] }]), []);
  isMember = true;
  await home.until(() => home.sent.length > 0);
  assert.deepEqual(home.sent, [[{ user: ada, status: 'online', text: '', to: [bo] }]]);
  home.book[Symbol.dispose]();
});

test('[PPL-9] what is told while a homeserver is asked is newer than its answer, and who comes into view then is asked for', async () => {
  const asked: string[][] = [];
  const answers: ((presences: PeerPresence[]) => void)[] = [];
  const home = start((watch) => {
    asked.push(watch.map(({ user: each }) => each));
    home.wake();
    return new Promise((resolve) => answers.push(resolve));
  });
  await using _ = home.exchange;
  const session = home.session(ada);
  home.book.opened(session, { status: 'online', text: '' });
  home.book.watch(session, [bo]);
  await home.until(() => asked.length === 1);
  home.exchange.take('b.example', [{ user: bo, status: 'online', text: '', to: [ada] }]);
  home.clock.advance(10);
  home.book.watch(session, [bo, bob]);
  // The wish comes up again while the question is under way.
  while (!home.book.viewersOf(bob).size) await new Promise((resolve) => setImmediate(resolve));
  answers[0]?.([]);
  await home.until(() => asked.length === 2);
  assert.deepEqual(asked[1]?.sort(), [bo, bob]);
  assert.deepEqual(home.shown.at(-1)?.status, 'online');
  answers[1]?.([]);
  home.book[Symbol.dispose]();
});
