import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createChannel } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { kickMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Browser } from 'playwright-core';
import { type Person, person } from '../testing/people.ts';
import { startHomeserver, type TestHomeserver } from '../testing/start-homeserver.ts';
import { Caller, opus, vp8 } from '../testing/voice-people.ts';
import { lacksForMedia, openVoiceBrowser, patienceMs, Talker, voiceEnvironment } from '../testing/voice-browser.ts';

const skip = lacksForMedia({ browser: true });
const skipTurn = skip || lacksForMedia({ turn: true });

let homeserver: TestHomeserver;
let browser: Browser;
let owner: Person;
let guest: Person;
let space: Space;
let place: { space: string; channel: string };

before(async () => {
  if (skip) return;
  homeserver = await startHomeserver({ environment: voiceEnvironment });
  browser = await openVoiceBrowser();
  [owner, guest] = [await person(homeserver.url), await person(homeserver.url)];
  space = await owner.founds('Hollow Oak');
  await owner.invites(space, guest);
  const body = { kind: 'voice' as const, name: 'Lounge' };
  place = {
    space: space.id,
    channel: (await owner.client.call(createChannel, { params: { space: space.id }, body })).id,
  };
});

after(async () => {
  await browser?.close();
  await homeserver?.close();
});

async function both(options: { relayOnly?: boolean; only?: 'udp' | 'tcp' } = {}) {
  const talkers = await Promise.all([owner, guest].map((who) => Talker.open(browser, homeserver.url, who, options)));
  const [a, b] = talkers as [Talker, Talker];
  await a.calls('join', place);
  await b.calls('join', place);
  await Promise.all([a.calls('says', 440), b.calls('says', 880)]);
  return { a, b, close: () => Promise.all(talkers.map(({ page }) => page.close())) };
}

/** What is measured, once as much comes and goes as there is to a picture and two who talk. */
async function flows() {
  for (const late = performance.now() + patienceMs; ; ) {
    const measured = await homeserver.homeserver.voice.measure();
    if (measured.channels.every((one) => one.bitrate_in > 50_000 && one.bitrate_out > 10_000)) return measured;
    assert.ok(performance.now() < late, JSON.stringify(measured.channels));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const ways = [
  ['directly over UDP', { only: 'udp' }, ['host udp', 'prflx udp']],
  ['over TCP where UDP is closed', { only: 'tcp' }, ['host tcp', 'prflx tcp']],
  ['through TURN only', { relayOnly: true }, ['relay udp', 'relay tcp']],
] as const;

for (const [name, options, expected] of ways) {
  test(`two people hear each other ${name}`, { skip: 'relayOnly' in options ? skipTurn : skip }, async () => {
    const { a, b, close } = await both(options);
    await Promise.all([a.hears(b, 880), b.hears(a, 440)]);
    await b.goes(expected);
    await close();
  });
}

test('a camera arrives in several sizes, and the receiver chooses', { skip }, async () => {
  const { a, b, close } = await both();
  await a.calls('shows');
  await b.sees(960, 960);
  const [consumer] = await b.calls<string[]>('videoConsumers');
  await b.asks('layers', { consumers: [{ consumer, spatial: 0 }] });
  await b.sees(240, 240);
  const { channels, workers } = await flows();
  assert.deepEqual(
    channels.map(({ participants, producers, consumers }) => [participants, producers, consumers]),
    [[2, 3, 3]],
  );
  assert.ok(workers.some(({ cpu, memory }) => cpu > 0 && memory > 1_000_000));
  await close();
});

test('a screen on which nothing moves stays, whatever layers the sender makes of it', { skip }, async () => {
  const { a, b, close } = await both();
  await a.calls('showsStill');
  await b.seesMore(5);
  const notices = await b.page.evaluate(
    () => (globalThis as never as { voice: { notices: { t: string }[] } }).voice.notices,
  );
  assert.deepEqual(
    notices.filter(({ t }) => t === 'layers'),
    [],
  );
  await close();
});

test('muted by oneself or by a moderator is muted at the homeserver, and can be taken back', { skip }, async () => {
  const { a, b, close } = await both();
  await a.hears(b, 880);
  await b.asks('set', { muted: true });
  await a.hears(b, 0);
  await b.asks('set', { muted: false });
  await a.hears(b, 880);
  const user = guest.account.id;
  await a.asks('moderate', { space: space.id, user, muted: true });
  await a.hears(b, 0);
  await b.asks('set', { muted: false });
  assert.equal((await b.isTold<{ state: { server_muted: boolean } }>('rights')).state.server_muted, true);
  await a.asks('moderate', { space: space.id, user, muted: false, deafened: true });
  await Promise.all([a.hears(b, 880), b.hears(a, 0)]);
  await a.asks('moderate', { space: space.id, user, deafened: false });
  await b.hears(a, 440);
  await close();
});

test('a media worker that dies: everybody hears each other again', { skip }, async () => {
  const { a, b, close } = await both();
  await Promise.all([a.hears(b, 880), b.hears(a, 440)]);
  const busy = homeserver.homeserver.voice.status.workers.sort((one, other) => other.load - one.load)[0];
  process.kill(busy!.pid, 'SIGKILL');
  await Promise.all([a.isTold('rejoin'), b.isTold('rejoin')]);
  await Promise.all([a.hears(b, 880), b.hears(a, 440)]);
  await close();
});

test('a room that is too much for one worker goes on on another, and all hear each other', { skip }, async () => {
  const a = await Talker.open(browser, homeserver.url, owner);
  await a.calls('join', place);
  await a.calls('says', 440);
  const people = await Promise.all(Array.from({ length: 12 }, () => person(homeserver.url)));
  await owner.invites(space, ...people);
  const callers = await Promise.all(people.map((who) => Caller.of(who)));
  const { rtp_capabilities } = (await Promise.all(callers.map((caller) => caller.asks('join', place))))[0]!;
  for (const caller of callers) {
    await caller.asks('produce', { kind: 'audio', source: 'mic', rtp_parameters: opus() });
    for (const source of ['camera', 'camera', 'camera', 'screen', 'screen'] as const)
      await caller.asks('produce', { kind: 'video', source, rtp_parameters: vp8() });
  }
  for (const caller of callers) {
    const producers = (await caller.asks('sync', {})).producers.map(({ id }) => id);
    await caller.asks('consume', { producers, rtp_capabilities });
  }
  const b = await Talker.open(browser, homeserver.url, guest);
  await b.calls('join', place);
  await b.calls('says', 880);
  await Promise.all([a.hears(b, 880), b.hears(a, 440)]);
  const loads = homeserver.homeserver.voice.status.workers.map(({ load }) => load);
  assert.ok(Math.min(...loads) > 0, `all on one worker: ${loads.join()}`);
  for (const caller of callers) caller[Symbol.dispose]();
  await Promise.all([a.page.close(), b.page.close()]);
});

test('whoever is kicked is heard no more, and hears no more', { skip }, async () => {
  const { a, b, close } = await both();
  await Promise.all([a.hears(b, 880), b.hears(a, 440)]);
  await owner.client.call(kickMember, { params: { space: space.id, user: guest.account.id }, body: {} });
  assert.deepEqual(await b.isTold('left'), { ...place, reason: 'no_access' });
  await a.hears(b, 0);
  await assert.rejects(b.asks('join', place), /not_found/);
  await close();
});
