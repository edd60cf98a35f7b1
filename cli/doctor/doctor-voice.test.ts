import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { person } from '@folkmoot/server/testing/people.ts';
import { Caller, newVoiceChannel } from '@folkmoot/server/testing/voice-people.ts';
import { lacksForMedia } from '@folkmoot/server/testing/voice-browser.ts';
import { startHomeserver } from '@folkmoot/server/testing/start-homeserver.ts';
import { type Home, homeOf } from '../testing/home.ts';
import type { Finding } from './finding.ts';

const skip = lacksForMedia({ turn: true });
const quiet = { FOLKMOOT_VOICE_PORT: '0', FOLKMOOT_TURN_PORT: '0' };

async function examined(home: Home, environment: Record<string, string>) {
  const ran = await home.folkmoot(['doctor', 'voice', '--json'], { environment: { ...quiet, ...environment } });
  const { ok, checks } = ran.json<{ ok: boolean; checks: Finding[] }>();
  assert.equal(ran.code, ok ? 0 : 1);
  const of = (name: string) => checks.find((check) => check.name === name);
  return { ok, checks, of };
}

test('voice on one machine is well: the worker runs, TURN gives relays and relays', { skip }, async (t) => {
  const home = homeOf(t, await startHomeserver({ environment: quiet }));
  const { ok, of } = await examined(home, {});
  assert.equal(ok, true);
  for (const name of ['media worker', 'addresses', 'TURN', 'TURN relay']) assert.equal(of(name)?.status, 'ok', name);
  const buffers = of('media buffers');
  assert.ok(buffers?.status === 'ok' || buffers?.advice?.includes('sysctl'));
});

test('folkmoot voice shows who talks, and what carries it', { skip }, async (t) => {
  const started = await startHomeserver({ environment: quiet });
  const home = homeOf(t, started);
  assert.match((await home.folkmoot(['voice'])).stdout, /Nobody is in a voice channel/);
  const who = await person(started.url, 'ada');
  const place = await newVoiceChannel(who, await who.founds('Club'));
  using caller = await Caller.of(who);
  await caller.asks('join', place);
  const shown = await home.folkmoot(['voice', '--json']);
  const { channels, workers } = shown.json<{
    channels: { channel: string; participants: number }[];
    workers: object[];
  }>();
  assert.deepEqual(
    channels.map(({ channel, participants }) => [channel, participants]),
    [[place.channel, 1]],
  );
  assert.ok(workers.length > 0);
});

test('what is wrong with voice is named, with what to do', { skip }, async (t) => {
  const home = homeOf(t, await startHomeserver({ environment: quiet }));
  const noWorker = await examined(home, { MEDIASOUP_WORKER_BIN: '/nowhere/mediasoup-worker' });
  assert.match(noWorker.of('media worker')?.found ?? '', /MEDIASOUP_WORKER_BIN/);

  const other = createServer().listen(0, '0.0.0.0');
  t.after(() => other.close());
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  const taken = await examined(home, { FOLKMOOT_VOICE_PORT: String(port), FOLKMOOT_VOICE_WORKERS: '1' });
  assert.match(taken.of('media ports')?.found ?? '', new RegExp(`TCP ${port}`));

  const outside = { FOLKMOOT_PUBLIC_URL: 'https://home.example', FOLKMOOT_VOICE_ANNOUNCED_ADDRESS: '10.1.2.3' };
  const hidden = await examined(home, outside);
  assert.equal(hidden.of('addresses')?.status, 'warn');
  assert.equal(hidden.of('TURN private')?.status, 'ok');

  const wrongSecret = { FOLKMOOT_TURN_URLS: 'turn:127.0.0.1:9', FOLKMOOT_TURN_SECRET: 'another secret' };
  assert.equal((await examined(home, wrongSecret)).of('TURN')?.status, 'fail');
  for (const { status, advice } of [...noWorker.checks, ...taken.checks]) assert.ok(status !== 'fail' || advice);
});
