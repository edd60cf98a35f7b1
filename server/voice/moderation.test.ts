import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { listAudit } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import type { AuditEntry } from '@folkmoot/protocol-spec/schemas/moderation.ts';
import { type Across, across, joinsFrom } from '../testing/across.ts';
import { gives, newRole } from '../testing/community.ts';
import { TestNetwork } from '../testing/federated.ts';
import { type Person, person } from '../testing/people.ts';
import { lacksForMedia, voiceEnvironment } from '../testing/voice-browser.ts';
import { Guest } from '../testing/voice-guests.ts';
import { Caller, newVoiceChannel, type VoicePlace } from '../testing/voice-people.ts';

const skip = lacksForMedia();

let network: TestNetwork;
let scene: Across;
let place: VoicePlace;
let attic: VoicePlace;

before(async () => {
  if (skip) return;
  network = await TestNetwork.open();
  scene = await across(network, voiceEnvironment);
  place = await newVoiceChannel(scene.alice, scene.space);
  attic = await newVoiceChannel(scene.alice, scene.space, 'Attic');
  const permissions = ['audit.view', 'voice.mute', 'voice.move'] as const;
  const role = await newRole(scene.alice, scene.space, { name: 'Voices', rank: 20, permissions: [...permissions] });
  await gives(scene.alice, scene.space, role, scene.bob);
});
after(() => network?.[Symbol.asyncDispose]());

async function member(at: 'hub' | 'home'): Promise<Person> {
  const who = await person(scene[at].url);
  await joinsFrom(scene.hub.name, scene.space, scene.alice, who);
  return who;
}

const voiceEntries = async (reader: Person, { account }: Person): Promise<AuditEntry[]> =>
  (
    await reader.client.call(listAudit, {
      params: { space: place.space },
      query: { target: account.id, limit: 100 },
    })
  ).entries.filter(({ type }) => type.startsWith('voice.'));

const said = (entries: AuditEntry[]) => entries.map(({ type, actor, changes }) => [type, actor.id, changes]);

test('[MOD-4] [VOX-12] what moderators do in voice is in the audit log, at the hub and where members are', {
  skip,
}, async () => {
  const who = await member('hub');
  using caller = await Caller.of(who);
  using alice = await Caller.of(scene.alice);
  const about = { space: place.space, user: who.account.id };
  await caller.asks('join', place);
  await alice.until(() => alice.stateOf(caller, place));
  await alice.asks('moderate', { ...about, muted: true });
  await alice.asks('moderate', { ...about, muted: true });
  await alice.asks('moderate', { ...about, deafened: true });
  await alice.asks('move', { ...about, channel: attic.channel });
  await caller.isTold('moved');
  await caller.asks('join', attic);
  await alice.asks('disconnect', about);
  await caller.isTold('left');
  const { id } = scene.alice.account;
  const expected = [
    ['voice.disconnect', id, { channel: attic.channel }],
    ['voice.move', id, { channel: attic.channel }],
    ['voice.mute', id, { muted: true, deafened: true }],
    ['voice.mute', id, { muted: true, deafened: false }],
  ];
  const entries = await voiceEntries(scene.alice, who);
  assert.deepEqual(said(entries), expected);
  assert.equal(entries[0]?.target_name, who.account.display_name);
  while ((await voiceEntries(scene.bob, who)).length < expected.length)
    await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual(said(await voiceEntries(scene.bob, who)).toSorted(), expected.toSorted());
});

test('[VOX-12] [VOX-14] a moderator asks the own homeserver, wherever the room is', { skip }, async () => {
  const who = await member('home');
  using caller = await Caller.of(who);
  using bob = await Caller.of(scene.bob);
  using alice = await Caller.of(scene.alice);
  const about = { space: place.space, user: who.account.id };
  assert.equal(await bob.isRefused('moderate', { ...about, muted: true }), 'not_found');
  const guest = await Guest.in(caller, place);
  await bob.until(() => bob.stateOf(caller, place));
  await assert.rejects(guest.line.voice('moderate', { ...about, muted: true }), { code: 'forbidden' });
  await bob.asks('moderate', { ...about, muted: true });
  await alice.until(() => alice.stateOf(caller, place)?.server_muted);
  await bob.asks('disconnect', about);
  await alice.until(() => alice.stateOf(caller, place) === undefined);
  assert.deepEqual(
    (await voiceEntries(scene.alice, who)).map(({ type, actor }) => [type, actor.id]),
    [
      ['voice.disconnect', bob.id],
      ['voice.mute', bob.id],
    ],
  );
  guest.line.close();
});

test('[VOX-11] a server mute lasts: after leaving, and after a restart of the homeserver', {
  skip,
}, async () => {
  const who = await member('hub');
  const about = { space: place.space, user: who.account.id };
  {
    using caller = await Caller.of(who);
    using alice = await Caller.of(scene.alice);
    await caller.asks('join', place);
    await alice.asks('moderate', { ...about, muted: true });
    assert.equal((await caller.asks('sync', {})).state.server_muted, true);
  }
  await scene.hub.stop();
  await scene.hub.start();
  using caller = await Caller.of(who);
  assert.equal((await caller.asks('join', place)).state.server_muted, true);
  using alice = await Caller.of(scene.alice);
  await alice.asks('moderate', { ...about, muted: false });
  await caller.asks('leave', {});
  assert.equal((await caller.asks('join', place)).state.server_muted, false);
});
