import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { guestLimits } from '@folkmoot/protocol-spec/schemas/gateway/guest-voice.ts';
import { createChannel, setOverride } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { kickMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { type Across, across, joinsFrom, Restartable } from '../../testing/across.ts';
import { TestNetwork } from '../../testing/federated.ts';
import { type Person, person } from '../../testing/people.ts';
import { lacksForMedia, voiceEnvironment } from '../../testing/voice-browser.ts';
import { Guest } from '../../testing/voice-guests.ts';
import { Caller, newVoiceChannel, opus, type VoicePlace } from '../../testing/voice-people.ts';

const skip = lacksForMedia();

let network: TestNetwork;
let scene: Across;
let place: VoicePlace;
let alice: Caller;
let bob: Caller;

before(async () => {
  if (skip) return;
  network = await TestNetwork.open();
  scene = await across(network, voiceEnvironment);
  place = await newVoiceChannel(scene.alice, scene.space);
  [alice, bob] = [await Caller.of(scene.alice), await Caller.of(scene.bob)];
  await bob.until(() => channelsOf(bob).includes(place.channel));
});

after(async () => {
  for (const caller of [alice, bob]) caller?.[Symbol.dispose]();
  await network?.[Symbol.asyncDispose]();
});

const channelsOf = (caller: Caller) =>
  (caller.state?.spaces.find(({ id }) => id === scene.space.id)?.channels ?? []).map(({ id }) => id);
const isInside = (seen: Caller, who: Caller, where = place) =>
  seen.inside(where).some(({ user }) => user.id === who.id);

/** Another member from bob's homeserver. */
async function newcomer(): Promise<{ who: Person; caller: Caller }> {
  const who = await person(scene.home.url);
  await joinsFrom(scene.hub.name, scene.space, scene.alice, who);
  const caller = await Caller.of(who);
  await caller.until(() => channelsOf(caller).includes(place.channel));
  return { who, caller };
}

test('[VOX-14] a member from another homeserver goes in at the hub; both sides see both', { skip }, async () => {
  await alice.asks('join', place);
  assert.equal(await bob.isRefused('join', place), 'voice_elsewhere');
  const guest = await Guest.in(bob, place);
  await Promise.all([alice, bob].map((one) => one.until(() => one.inside(place).length === 2)));
  assert.equal(alice.stateOf(bob, place)?.user.home, scene.home.name);
  assert.equal(bob.stateOf(alice, place)?.user.home, scene.hub.name);
  assert.equal(bob.stateOf(bob, place)?.user.home, undefined);
  await guest.line.voice('set', { muted: true });
  await Promise.all([alice, bob].map((one) => one.until(() => one.stateOf(bob, place)?.muted)));
  guest.line.close();
  await Promise.all([alice, bob].map((one) => one.until(() => !isInside(one, bob))));
  await alice.asks('leave', {});
});

test('[VOX-17] who is inside is in the opening state of a member elsewhere', { skip }, async () => {
  await alice.asks('join', place);
  await bob.until(() => isInside(bob, alice));
  using later = await Caller.of(scene.bob);
  assert.ok(isInside(later, alice));
  const { caller } = await newcomer();
  await caller.until(() => isInside(caller, alice));
  caller[Symbol.dispose]();
  await alice.asks('leave', {});
  await bob.until(() => !isInside(bob, alice));
});

test('[VOX-24] who speaks with priority is seen on both sides, a guest too', { skip }, async () => {
  const setPriority = (target: string, allow: 'voice.priority'[]) =>
    scene.alice.client.call(setOverride, { params: { ...place, target }, body: { allow, deny: [] } });
  const bothSee = (who: Caller, priority: true | undefined) =>
    Promise.all([alice, bob].map((one) => one.until(() => one.stateOf(who, place)?.priority === priority)));
  await alice.asks('join', { ...place, priority: true });
  const guest = await Guest.in(bob, place);
  await bothSee(alice, true);
  assert.equal((await guest.line.voice('set', { priority: true })).state.priority, undefined);
  await setPriority(scene.bob.account.id, ['voice.priority']);
  await bothSee(bob, true);
  await setPriority(scene.bob.account.id, []);
  await bothSee(bob, undefined);
  guest.line.close();
  await alice.asks('leave', {});
  await bob.until(() => bob.inside(place).length === 0);
});

test('[VOX-16] a guest is told like a member, and a connection is good for its channel only', { skip }, async () => {
  const attic = await newVoiceChannel(scene.alice, scene.space, 'Attic');
  await alice.asks('join', place);
  const guest = await Guest.in(bob, place);
  await assert.rejects(guest.line.voice('join', attic), { code: 'not_found' });
  await alice.asks('produce', { kind: 'audio', source: 'mic', rtp_parameters: opus() });
  // Notices come before the answer of what is asked after them.
  assert.equal((await guest.line.voice('sync', {})).producers.length, 1);
  assert.ok(guest.notices.some(({ t }) => t === 'producers'));
  guest.line.close();
  await alice.asks('leave', {});
});

test('[VOX-13] F148: muted and sent out by a moderator, and kicked, it ends at the hub at once', { skip }, async () => {
  await alice.asks('join', place);
  const { who, caller } = await newcomer();
  const guest = await Guest.in(caller, place);
  await guest.line.voice('produce', { kind: 'audio', source: 'mic', rtp_parameters: opus() });
  const user = who.account.id;
  await alice.until(() => alice.stateOf(caller, place));
  await alice.asks('moderate', { space: place.space, user, muted: true });
  await caller.until(() => caller.stateOf(caller, place)?.server_muted);
  await alice.asks('disconnect', { space: place.space, user });
  await caller.until(() => !isInside(caller, caller));
  await guest.line.voice('join', place);
  await alice.until(() => isInside(alice, caller));
  await scene.alice.client.call(kickMember, { params: { space: place.space, user }, body: {} });
  await alice.until(() => !isInside(alice, caller));
  await assert.rejects(guest.line.voice('join', place), { code: 'not_found' });
  assert.deepEqual(
    guest.notices.filter(({ t }) => t === 'left').map(({ d }) => (d as { reason: string }).reason),
    ['disconnected', 'no_access'],
  );
  guest.line.close();
  caller[Symbol.dispose]();
  await alice.asks('leave', {});
});

test('[VOX-5] a user is in voice once, wherever that is', { skip }, async () => {
  const own = await scene.bob.founds('Own');
  const at = { params: { space: own.id }, body: { kind: 'voice' as const, name: 'Den' } };
  const den = { space: own.id, channel: (await scene.bob.client.call(createChannel, at)).id };
  const guest = await Guest.in(bob, place);
  await Promise.all([alice, bob].map((one) => one.until(() => isInside(one, bob))));
  await bob.asks('join', den);
  await alice.until(() => !isInside(alice, bob));
  assert.equal(await guest.closed, 4011);
  const again = await Guest.in(bob, place);
  assert.equal((await bob.isTold('left')).reason, 'elsewhere');
  await bob.until(() => bob.inside(den).length === 0);
  again.line.close();
});

test('[VOX-14] F147: a token is only for users of the homeserver that asks, who may go in', { skip }, async () => {
  const hub = scene.hub.homeserver;
  const key = 'k'.repeat(43);
  const desk = hub.federation!.voice.desk!;
  const asks = (server: string, user: string, where = place) =>
    desk.issue(server, { v: 1, ...where, user, key }).then(
      () => 'issued',
      (error: { code: string }) => error.code,
    );
  assert.equal(await asks(scene.home.name, bob.id), 'issued');
  assert.equal(await asks(scene.home.name, alice.id), 'not_found');
  assert.equal(await asks('elsewhere.example', bob.id), 'not_found');
  assert.equal(await asks(scene.home.name, (await person(scene.home.url)).account.id), 'not_found');
  assert.equal(await asks(scene.home.name, bob.id, { ...place, channel: `c_${'a'.repeat(32)}` }), 'not_found');
});

test('[VOX-18] whose gateway session ends is out at the hub', { skip }, async () => {
  const { caller } = await newcomer();
  const guest = await Guest.in(caller, place);
  await Promise.all([alice, caller].map((one) => one.until(() => isInside(one, caller))));
  caller[Symbol.dispose]();
  assert.equal(await guest.closed, 4011);
  await alice.until(() => !isInside(alice, caller));
});

test('[VOX-18] F146: guests of a homeserver that is gone are out, and come in again when it is back', {
  skip,
}, async () => {
  const shift = { ms: 0 };
  const clock = { now: () => Date.now() + shift.ms };
  const hub = await network.homeserver({ environment: voiceEnvironment, clock });
  const home = await Restartable.start(network, voiceEnvironment);
  const [carol, dave] = [await person(hub.url), await person(home.url)];
  const space = await carol.founds('Gone');
  await joinsFrom(hub.name, space, carol, dave);
  const there = await newVoiceChannel(carol, space);
  using seer = await Caller.of(carol);
  const sees = (inside: boolean) => seer.until(() => seer.inside(there).length === (inside ? 1 : 0));
  const goesIn = async () => {
    const caller = await Caller.of(dave);
    const known = () => caller.state?.spaces[0]?.channels.some(({ id }) => id === there.channel);
    await caller.until(known);
    const guest = await Guest.in(caller, there);
    await sees(true);
    return guest;
  };
  const guest = await goesIn();
  const federation = hub.homeserver.federation!;
  await home.stop();
  if (seer.inside(there).length === 1) {
    shift.ms = guestLimits.homeMs + 1_000;
    await sees(false);
  }
  await guest.closed;
  guest.caller[Symbol.dispose]();
  while (federation.isConnected(home.name)) await delay(20);
  shift.ms = 0;
  await home.start();
  const again = await goesIn();
  again.line.close();
  await sees(false);
  again.caller[Symbol.dispose]();
});

test('[VOX-17] F146: of a hub that is gone nobody is shown in voice any more', { skip }, async () => {
  const shift = { ms: 0 };
  const clock = { now: () => Date.now() + shift.ms };
  const hub = await Restartable.start(network, voiceEnvironment);
  const home = await network.homeserver({ environment: voiceEnvironment, clock });
  const [carol, dave] = [await person(hub.url), await person(home.url)];
  const space = await carol.founds('Away');
  await joinsFrom(hub.name, space, carol, dave);
  const there = await newVoiceChannel(carol, space);
  using inside = await Caller.of(carol);
  using seer = await Caller.of(dave);
  await inside.asks('join', there);
  await seer.until(() => seer.inside(there).length === 1);
  await hub.stop();
  shift.ms = guestLimits.statesMs + 1_000;
  await seer.until(() => seer.inside(there).length === 0);
});
