import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { person } from '../testing/people.ts';
import { startHomeserver, type TestHomeserver } from '../testing/start-homeserver.ts';
import { lacksForMedia, voiceEnvironment } from '../testing/voice-browser.ts';
import { Caller, newVoiceChannel } from '../testing/voice-people.ts';

const token = 'of-the-one-that-scrapes';

async function start(t: TestContext, environment: Record<string, string> = {}): Promise<TestHomeserver> {
  const homeserver = await startHomeserver({ environment });
  t.after(() => homeserver.close());
  return homeserver;
}

const ask = ({ url }: TestHomeserver, bearer?: string) =>
  fetch(`${url}/metrics`, { headers: bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` } });

/** Reads the text format 0.0.4: every sample belongs to a family that was described before. */
async function scrape(homeserver: TestHomeserver): Promise<Map<string, number>> {
  const response = await ask(homeserver, token);
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4; charset=utf-8$/);
  const families = new Map<string, string>();
  const samples = new Map<string, number>();
  for (const line of (await response.text()).split('\n').filter((one) => one !== '')) {
    const [, described, type] = /^# TYPE ([a-z_:][a-z0-9_:]*) (counter|gauge|histogram|summary)$/i.exec(line) ?? [];
    if (described !== undefined) {
      families.set(described, type!);
      continue;
    }
    if (/^# HELP [a-z_:][a-z0-9_:]* \S/i.test(line)) continue;
    const sample = /^([a-z_:][a-z0-9_:]*)((?:\{[a-z_]+="[^"\\\n]*"(?:,[a-z_]+="[^"\\\n]*")*\})?) (\S+)$/i.exec(line);
    assert.ok(sample, `not of the format: ${line}`);
    const [, name = '', labels = '', value = ''] = sample;
    assert.ok(
      [name, name.replace(/_(bucket|sum|count)$/, '')].some((one) => families.has(one)),
      name,
    );
    assert.ok(/^(nan|[+-]inf)$/i.test(value) || Number.isFinite(Number(value)), line);
    assert.ok(!samples.has(name + labels), `twice: ${name}${labels}`);
    samples.set(name + labels, Number(value));
  }
  return samples;
}

test('there are no metrics as long as nobody set a token', async (t) => {
  const homeserver = await start(t);
  for (const bearer of [undefined, '', token]) assert.equal((await ask(homeserver, bearer)).status, 404);
});

test('metrics are for whoever shows the token', async (t) => {
  const homeserver = await start(t, { FOLKMOOT_METRICS_TOKEN: token });
  const someone = await person(homeserver.url);
  for (const bearer of [undefined, '', `${token}x`, token.slice(1), someone.token]) {
    const response = await ask(homeserver, bearer);
    assert.equal(response.status, 401);
    assert.equal(((await response.json()) as { code: string }).code, 'unauthenticated');
  }
});

test('what is scraped is the text format of Prometheus, and moves with what people do', async (t) => {
  const homeserver = await start(t, { FOLKMOOT_METRICS_TOKEN: token });
  const [ada, bo] = [await person(homeserver.url), await person(homeserver.url)];
  const space = await ada.founds('Secret garden');
  const before = await scrape(homeserver);
  for (const name of [
    'process_cpu_seconds_total',
    'process_resident_memory_bytes',
    'nodejs_eventloop_lag_p99_seconds',
    'folkmoot_federation_peers{state="ok"}',
    'folkmoot_federation_outbox_intents',
    'folkmoot_federation_outbox_letters',
  ])
    assert.ok(before.has(name), name);
  assert.equal(before.get('folkmoot_ready'), 1);
  assert.equal(before.get('folkmoot_gateway_sessions'), 0);
  using watching = await Caller.of(bo);
  await ada.says(space, 'a word that nobody is to find there');
  const expected = { 'folkmoot_events_total{type="message.create"}': 1, folkmoot_gateway_sessions: 1 };
  for (;;) {
    const after = await scrape(homeserver);
    if (Object.entries(expected).every(([name, value]) => after.get(name) === value)) break;
    await delay(20);
  }
  const text = await (await ask(homeserver, token)).text();
  for (const secret of [ada.account.id, space.id, 'garden', 'nobody', watching.id, token])
    assert.ok(!text.includes(secret), secret);
});

test('voice is in them as sums, and its workers one by one', { skip: lacksForMedia() }, async (t) => {
  const homeserver = await start(t, { ...voiceEnvironment, FOLKMOOT_METRICS_TOKEN: token });
  const ada = await person(homeserver.url);
  const place = await newVoiceChannel(ada, await ada.founds('Garden'));
  const none = await scrape(homeserver);
  assert.deepEqual([none.get('folkmoot_voice_up'), none.get('folkmoot_voice_rooms')], [1, 0]);
  using caller = await Caller.of(ada);
  await caller.asks('join', place);
  const some = await scrape(homeserver);
  assert.deepEqual([some.get('folkmoot_voice_rooms'), some.get('folkmoot_voice_participants')], [1, 1]);
  for (const worker of [0, 1]) assert.ok(some.has(`folkmoot_voice_worker_cpu_seconds_total{worker="${worker}"}`));
  assert.ok(!some.has('folkmoot_voice_worker_load{worker="2"}'));
});
