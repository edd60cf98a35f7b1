import assert from 'node:assert/strict';
import { mock, test, type TestContext } from 'node:test';
import type { Notice } from '@folkmoot/protocol-spec/schemas/federation/notify.ts';
import { Notices } from './notices.ts';

const [space, stream, hour] = [`s_${'a'.repeat(32)}`, '_', 3_600_000];

/** A peer that can be away, and what it was told. */
function peerOf(t: TestContext) {
  mock.timers.enable({ apis: ['setTimeout'] });
  t.after(() => mock.timers.reset());
  const peer = { away: false, sent: [] as Notice[], gone: 0, back: 0 };
  const notices = new Notices({
    send: async (notice) => {
      peer.sent.push(notice);
      if (peer.away) throw new Error('away');
    },
    gone: () => peer.gone++,
    back: () => peer.back++,
    random: () => 0,
    timing: { gather: 100, pause: 5_000, backoff: { first: 30_000, longest: 24 * hour } },
  });
  t.after(() => notices.close());
  const wait = async (ms: number) => {
    mock.timers.tick(ms);
    await new Promise(setImmediate);
  };
  const say = (count: number) => {
    for (let at = 0; at < count; at++) notices.add(space, stream, `1.${at}.x`);
  };
  return { peer, notices, wait, say };
}

test('[LIVE-8] a thousand events make one notice, with the newest head', async (t) => {
  const { peer, wait, say } = peerOf(t);
  say(1_000);
  await wait(100);
  assert.deepEqual(peer.sent, [{ spaces: [{ space, heads: [{ stream, head: '1.999.x' }] }] }]);
  say(1_000);
  await wait(4_999);
  assert.equal(peer.sent.length, 1);
  await wait(1);
  assert.equal(peer.sent.length, 2);
});

test('[LIVE-8] a peer that is away is asked ever more rarely, and is there again when it answers (F162)', async (t) => {
  const { peer, notices, wait, say } = peerOf(t);
  peer.away = true;
  say(1);
  await wait(100);
  assert.deepEqual([peer.sent.length, peer.gone, notices.isGone], [1, 1, true]);
  for (const [at, ms] of [30_000, 60_000, 120_000, 240_000].entries()) {
    await wait(ms - 1);
    assert.equal(peer.sent.length, at + 1);
    await wait(1);
    assert.equal(peer.sent.length, at + 2);
  }
  for (let days = 0; days < 30; days++) await wait(24 * hour);
  assert.ok(peer.sent.length < 45, String(peer.sent.length));
  peer.away = false;
  await wait(24 * hour);
  assert.deepEqual([peer.gone, peer.back, notices.isGone], [1, 1, false]);
});

test('[LIVE-8] a peer that asks for something is there again at once', async (t) => {
  const { peer, notices, wait, say } = peerOf(t);
  peer.away = true;
  say(1);
  await wait(100);
  notices.reached();
  assert.deepEqual([notices.isGone, peer.back], [false, 1]);
  peer.away = false;
  say(1);
  await wait(100);
  assert.equal(peer.sent.length, 2);
});
