import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setOverride, updateChannel } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import * as members from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { takeRole, updateRole } from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Permission } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import { TestClient } from '../gateway/gateway-testing.ts';
import { gives, newRole } from '../testing/community.ts';
import { type Person, person } from '../testing/people.ts';
import { startHomeserver, type TestHomeserver } from '../testing/start-homeserver.ts';
import { lacksForMedia, voiceEnvironment } from '../testing/voice-browser.ts';
import { Caller, newVoiceChannel, opus, type VoicePlace, vp8 } from '../testing/voice-people.ts';

const skip = lacksForMedia();

let homeserver: TestHomeserver;
let owner: Person;
let member: Person;
let other: Person;

before(async () => {
  if (skip) return;
  homeserver = await startHomeserver({ environment: voiceEnvironment });
  [owner, member, other] = (await Promise.all([1, 2, 3].map(() => person(homeserver.url)))) as [Person, Person, Person];
});
after(() => homeserver?.close());

/** A community with a voice channel and its owner and two members at the gateway. */
async function community(): Promise<{
  space: Space;
  place: VoicePlace;
  callers: [Caller, Caller, Caller];
  [Symbol.dispose](): void;
}> {
  const space = await owner.founds('Club');
  await owner.invites(space, member, other);
  const place = await newVoiceChannel(owner, space);
  const callers = (await Promise.all([owner, member, other].map((who) => Caller.of(who)))) as [Caller, Caller, Caller];
  const close = () => callers.forEach((caller) => caller[Symbol.dispose]());
  return { space, place, callers, [Symbol.dispose]: close };
}

const denies = ({ space, channel }: VoicePlace, target: string, deny: Permission[]) =>
  owner.client.call(setOverride, { params: { space, channel, target }, body: { allow: [], deny } });

test('[VOX-3] one sees who is inside before going in, as it changes and when one comes later', { skip }, async () => {
  using club = await community();
  const {
    place,
    callers: [a, b, c],
  } = club;
  await a.asks('join', { ...place, muted: true });
  await b.until(() => b.stateOf(a, place)?.muted);
  await b.asks('join', place);
  await b.asks('set', { deafened: true });
  await c.until(() => c.stateOf(b, place)?.deafened);
  await b.asks('produce', { kind: 'video', source: 'camera', rtp_parameters: vp8() });
  await c.until(() => c.stateOf(b, place)?.camera);
  using late = await Caller.of(other);
  assert.deepEqual(late.inside(place), c.inside(place));
  assert.equal(late.inside(place).length, 2);
  await a.asks('leave', {});
  await c.until(() => c.inside(place).length === 1);
  b[Symbol.dispose]();
  await c.until(() => c.inside(place).length === 0);
  assert.equal(c.state?.spaces.find(({ id }) => id === place.space)?.voice, undefined);
});

test('[VOX-5] a user is in one voice channel, on one device', { skip }, async () => {
  using club = await community();
  const {
    place,
    callers: [a, b],
  } = club;
  const second = await newVoiceChannel(owner, club.space, 'Attic');
  await a.asks('join', place);
  await b.until(() => b.stateOf(a, place));
  await a.asks('join', second);
  await b.until(() => b.inside(place).length === 0 && b.stateOf(a, second));
  using again = await Caller.of(owner);
  await again.asks('join', place);
  assert.deepEqual(await a.isTold('left'), { ...second, reason: 'elsewhere' });
  assert.equal(await a.isRefused('sync', {}), 'not_in_voice');
  await b.until(() => b.inside(second).length === 0 && b.inside(place).length === 1);
});

test('[VOX-5] [VOX-8] what the rights do not allow is refused by name', { skip }, async () => {
  using club = await community();
  const {
    space,
    place,
    callers: [, b, c],
  } = club;
  const text = { space: space.id, channel: space.channels.find(({ kind }) => kind === 'text')!.id };
  assert.equal(await b.isRefused('join', text), 'invalid_body');
  await denies(place, member.account.id, ['voice.connect']);
  assert.equal(await b.isRefused('join', place), 'missing_permission');
  await denies(place, member.account.id, ['channel.view']);
  const unknown = { space: space.id, channel: `c_${'a'.repeat(26)}` };
  assert.deepEqual([await b.isRefused('join', place), await b.isRefused('join', unknown)], ['not_found', 'not_found']);
  await denies(place, other.account.id, ['voice.speak', 'voice.video', 'voice.screen']);
  await c.asks('join', place);
  for (const [kind, source] of [
    ['audio', 'mic'],
    ['video', 'camera'],
    ['video', 'screen'],
    ['audio', 'screen_audio'],
  ] as const) {
    const rtp_parameters = kind === 'audio' ? opus() : vp8();
    assert.equal(await c.isRefused('produce', { kind, source, rtp_parameters }), 'missing_permission', source);
  }
  await c.until(() => c.stateOf(c, place)?.server_muted);
});

test('[VOX-13] who loses a right while inside loses what it was for', { skip }, async () => {
  using club = await community();
  const {
    space,
    place,
    callers: [a, b, c],
  } = club;
  const params = { space: space.id, user: member.account.id };
  const comesIn = async () => {
    b.notices.length = a.notices.length = 0;
    await b.asks('join', place);
    const { producer } = await b.asks('produce', { kind: 'audio', source: 'mic', rtp_parameters: opus() });
    await b.asks('produce', { kind: 'video', source: 'camera', rtp_parameters: vp8() });
    return producer;
  };
  await a.asks('join', place);
  const isOut = async () => assert.equal((await b.isTold('left')).reason, 'no_access');
  const isGone = (id: string) =>
    a.until(() => a.notices.some((one) => one.t === 'producers' && one.d.removed.includes(id)));

  const mic = await comesIn();
  const timesOut = (until: number) => owner.client.call(members.timeOutMember, { params, body: { until } });
  await timesOut(Date.now() + 3_600_000);
  await c.until(() => c.stateOf(b, place)?.server_muted && !c.stateOf(b, place)?.camera);
  await a.until(() => a.notices.some((one) => one.t === 'paused' && one.d.producer === mic && one.d.paused));
  assert.equal(await b.isRefused('produce', { kind: 'video', source: 'camera', rtp_parameters: vp8() }), 'timed_out');
  const until = Date.now() + 2_000;
  await timesOut(until);
  await c.until(() => c.stateOf(b, place)?.server_muted === false);
  assert.ok(Date.now() >= until);

  await denies(place, 'everyone', ['voice.speak']);
  await c.until(() => c.stateOf(b, place)?.server_muted);
  await denies(place, 'everyone', ['voice.connect']);
  await isOut();
  await isGone(mic);
  await denies(place, 'everyone', []);

  await comesIn();
  await denies(place, 'everyone', ['channel.view']);
  await isOut();
  await denies(place, 'everyone', []);

  const role = await newRole(owner, space, { name: 'Speaker', permissions: ['voice.connect'] });
  await gives(owner, space, role, member);
  const rights: Permission[] = ['channel.view', 'voice.speak', 'voice.video'];
  const everyone = { params: { space: space.id, role: 'everyone' } };
  await owner.client.call(updateRole, { ...everyone, body: { permissions: rights } });
  await comesIn();
  await owner.client.call(takeRole, { params: { ...params, role: role.id } });
  await isOut();
  await owner.client.call(updateRole, { ...everyone, body: { permissions: [...rights, 'voice.connect'] } });

  await comesIn();
  await owner.client.call(members.banUser, { params, body: {} });
  await isOut();
  assert.equal(await b.isRefused('join', place), 'not_found');
});

test('[VOX-11] [VOX-12] moderators mute, move and send out those below them', { skip }, async () => {
  using club = await community();
  const {
    space,
    place,
    callers: [a, b, c],
  } = club;
  const attic = await newVoiceChannel(owner, space, 'Attic');
  const user = member.account.id;
  await b.asks('join', place);
  assert.equal(await c.isRefused('moderate', { space: space.id, user, muted: true }), 'missing_permission');
  const role = await newRole(owner, space, { name: 'Voices', rank: 20, permissions: ['voice.mute', 'voice.move'] });
  await gives(owner, space, role, other);
  await c.asks('moderate', { space: space.id, user, muted: true, deafened: true });
  await a.until(() => a.stateOf(b, place)?.server_muted && a.stateOf(b, place)?.server_deafened);
  await b.asks('leave', {});
  await b.asks('join', attic);
  await a.until(() => a.stateOf(b, attic)?.server_muted);
  await c.asks('moderate', { space: space.id, user, muted: false, deafened: false });
  await a.until(() => a.stateOf(b, attic)?.server_muted === false);
  await c.asks('move', { space: space.id, user, channel: place.channel });
  assert.deepEqual(await b.isTold('moved'), place);
  await b.asks('join', place);
  await c.asks('disconnect', { space: space.id, user });
  assert.deepEqual(await b.isTold('left'), { ...place, reason: 'disconnected' });
  await a.asks('join', place);
  assert.equal(await c.isRefused('moderate', { space: space.id, user: owner.account.id, muted: true }), 'rank_too_low');
  assert.equal(await c.isRefused('disconnect', { space: space.id, user }), 'not_found');
});

test('[VOX-8] there are limits on what one may send, and none of it is lost on the others', { skip }, async () => {
  using club = await community();
  const {
    place,
    callers: [a, b],
  } = club;
  await a.asks('join', place);
  await b.asks('join', place);
  const camera = () => ({ kind: 'video', source: 'camera', rtp_parameters: vp8() }) as const;
  const mic = () => ({ kind: 'audio', source: 'mic', rtp_parameters: opus() }) as const;
  const made = [await a.asks('produce', mic())];
  assert.equal(await a.isRefused('produce', mic()), 'limit_reached');
  for (let n = 0; n < 3; n++) made.push(await a.asks('produce', camera()));
  assert.equal(await a.isRefused('produce', camera()), 'limit_reached');
  const added = () => b.notices.flatMap((one) => (one.t === 'producers' ? one.d.added : []));
  await b.until(() => added().length === 4);
  assert.deepEqual(
    added().map(({ id }) => id),
    made.map(({ producer }) => producer),
  );
  await a.asks('close', { producers: [made[1]!.producer] });
  await b.until(() => b.notices.some((one) => one.t === 'producers' && one.d.removed[0] === made[1]!.producer));
  assert.equal((await b.asks('sync', {})).producers.length, 3);
});

test('[VOX-10] worker after worker dies: those inside stay inside, and text goes on', { skip }, async () => {
  using club = await community();
  const {
    space,
    place,
    callers: [a, b, c],
  } = club;
  await a.asks('join', place);
  await b.asks('join', place);
  await c.until(() => c.inside(place).length === 2);
  for (const { pid } of homeserver.homeserver.voice.status.workers) process.kill(pid, 'SIGKILL');
  await Promise.all([a.isTold('rejoin'), b.isTold('rejoin')]);
  await owner.says(space, 'still here');
  await c.until(() => c.inside(place).length === 2);
  for (const caller of [a, b]) {
    while ((await caller.isRefused('join', place)) === 'unavailable')
      await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.equal((await a.asks('sync', {})).state.channel, place.channel);
  assert.equal(c.inside(place).length, 2);
});

test('a guest with a seat for one channel takes part like a member, and nowhere else', { skip }, async () => {
  using club = await community();
  const {
    place,
    callers: [a],
  } = club;
  const attic = await newVoiceChannel(owner, club.space, 'Attic');
  const told: string[] = [];
  const seat = { user: member.account.id, isConnected: true, only: place, tell: (t: string) => void told.push(t) };
  const { voice } = homeserver.homeserver;
  assert.deepEqual(Object.keys(await voice.answer(seat, 'join', attic)), ['error']);
  await a.asks('join', place);
  assert.deepEqual(Object.keys(await voice.answer(seat, 'join', place)), ['ok']);
  await a.until(() => a.inside(place).length === 2);
  await a.asks('produce', { kind: 'audio', source: 'mic', rtp_parameters: opus() });
  await a.asks('disconnect', { space: place.space, user: member.account.id });
  assert.deepEqual(told, ['producers', 'left']);
  assert.deepEqual(Object.keys(await voice.answer(seat, 'join', place)), ['ok']);
  voice.ended(seat);
  await a.until(() => a.inside(place).length === 1);
});

test('[VOX-4] whoever loses the connection stays inside for a moment and goes on where they were', {
  skip,
}, async () => {
  using club = await community();
  const {
    place,
    callers: [a],
  } = club;
  const lost = new TestClient(`${homeserver.url.replace('http', 'ws')}/gateway`);
  const session = await lost.identifies(member.token);
  const d = { ...place, muted: true };
  lost.send({ op: 'voice', id: 1, method: 'join', d });
  await a.until(() => a.inside(place).length === 1);
  lost.socket.terminate();
  const back = new TestClient(`${homeserver.url.replace('http', 'ws')}/gateway`);
  await back.opens();
  back.send({ op: 'resume', token: member.token, session, seq: 0 });
  await back.sees('resumed');
  back.send({ op: 'voice', id: 2, method: 'sync', d: {} });
  const answer = (await back.sees('voice')) as unknown as { id: number; ok: { state: { muted: boolean } } };
  assert.deepEqual([answer.id, answer.ok.state.muted, a.inside(place).length], [2, true, 1]);
  homeserver.homeserver.voice.comeBackMs = 2_000;
  back.socket.terminate();
  const gone = performance.now();
  await a.until(() => a.inside(place).length === 0);
  assert.ok(performance.now() - gone > 1_500, 'out at once');
});

test('[CHN-6] a voice channel has a sound and a size of its own', { skip }, async () => {
  using club = await community();
  const {
    space,
    place,
    callers: [a, b, c],
  } = club;
  const params = { space: space.id, channel: place.channel };
  const text = { space: space.id, channel: space.channels.find(({ kind }) => kind === 'text')!.id };
  const sets = (body: { bitrate?: number | null; user_limit?: number | null }) =>
    owner.client.call(updateChannel, { params, body });
  assert.deepEqual(
    await sets({ bitrate: 96_000, user_limit: 1 }).then(({ bitrate, user_limit }) => [bitrate, user_limit]),
    [96_000, 1],
  );
  assert.equal((await b.asks('join', place)).bitrates.audio, 96_000);
  assert.equal(await c.isRefused('join', place), 'limit_reached');
  assert.equal(await a.isRefused('join', place), 'not refused', 'the owner has voice.priority');
  assert.equal('user_limit' in (await sets({ user_limit: null })), false);
  assert.equal(await c.isRefused('join', place), 'not refused');
  await assert.rejects(owner.client.call(updateChannel, { params: text, body: { bitrate: 96_000 } }), {
    code: 'invalid_body',
  });
  await assert.rejects(sets({ bitrate: 1 }), { code: 'invalid_body' });
  using again = await Caller.of(member);
  const opened = again.state?.spaces.find(({ id }) => id === space.id);
  assert.equal(opened?.channels.find(({ id }) => id === place.channel)?.bitrate, 96_000);
});
