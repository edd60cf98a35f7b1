import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { updateChannel } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { type Person, person } from '../testing/people.ts';
import { startHomeserver, type TestHomeserver } from '../testing/start-homeserver.ts';
import { lacksForMedia, voiceEnvironment } from '../testing/voice-browser.ts';
import { Caller, newVoiceChannel, opus, type VoicePlace } from '../testing/voice-people.ts';

const skip = lacksForMedia();
const TIMES = 40;

let homeserver: TestHomeserver;
let owner: Person;
let lounge: VoicePlace;
let attic: VoicePlace;
let watcher: Caller;
/** Two devices of one member. */
let desk: Caller;
let phone: Caller;

before(async () => {
  if (skip) return;
  homeserver = await startHomeserver({ environment: voiceEnvironment });
  const [founder, member] = await Promise.all([person(homeserver.url), person(homeserver.url)]);
  owner = founder;
  const space = await owner.founds('Club');
  await owner.invites(space, member);
  [lounge, attic] = [await newVoiceChannel(owner, space), await newVoiceChannel(owner, space, 'Attic')];
  watcher = await Caller.of(owner);
  [desk, phone] = [await Caller.of(member), await Caller.of(member)];
});
after(async () => {
  for (const caller of [watcher, desk, phone]) caller?.[Symbol.dispose]();
  await homeserver?.close();
});

const mic = () => ({ kind: 'audio', source: 'mic', rtp_parameters: opus() }) as const;

test('[VOX-5] of two devices that go in at once one is in, and the other is told why not', { skip }, async () => {
  const answers = new Set<string>();
  for (let n = 0; n < TIMES; n++) {
    const first = desk.isRefused('join', lounge);
    // So that each step of the first one is met.
    for (let turn = 0; turn < n; turn++) await new Promise((resolve) => setImmediate(resolve));
    const second = phone.isRefused('join', n % 2 ? lounge : attic);
    for (const answer of await Promise.all([first, second])) answers.add(answer);
    const inside = await Promise.all([desk, phone].map((device) => device.isRefused('sync', {})));
    assert.deepEqual(inside.sort(), ['not refused', 'not_in_voice']);
    await Promise.all([desk, phone].map((device) => device.asks('leave', {})));
  }
  answers.delete('unavailable');
  assert.deepEqual([...answers], ['not refused']);
});

test('nothing is left of what a device sends while another one takes its place', { skip }, async () => {
  await watcher.asks('join', lounge);
  for (let n = 0; n < TIMES; n++) {
    await desk.asks('join', lounge);
    await Promise.all([desk.isRefused('produce', mic()), phone.asks('join', lounge)]);
    assert.deepEqual((await watcher.asks('sync', {})).producers, []);
    await phone.asks('leave', {});
  }
  await watcher.asks('leave', {});
  const { rooms, participants, producers, consumers, workers } = homeserver.homeserver.voice.status;
  assert.deepEqual([rooms, participants, producers, consumers], [0, 0, 0, 0]);
  assert.deepEqual(
    workers.map(({ load }) => load),
    [0, 0],
  );
});

test('[VOX-5] who is refused at a full channel stays where they are, on whatever device', { skip }, async () => {
  await owner.client.call(updateChannel, { params: attic, body: { user_limit: 1 } });
  await watcher.asks('join', attic);
  await desk.asks('join', lounge);
  for (const device of [desk, phone]) assert.equal(await device.isRefused('join', attic), 'limit_reached');
  assert.equal((await desk.asks('sync', {})).state.channel, lounge.channel);
  await watcher.until(() => watcher.stateOf(desk, lounge));
  desk.notices.length = 0;
  await phone.asks('join', lounge);
  assert.deepEqual(await desk.isTold('left'), { ...lounge, reason: 'elsewhere' });
});
