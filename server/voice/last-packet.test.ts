import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { setOverride } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { banUser, kickMember, timeOutMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { phoneEnvironment } from '../testing/call-of-phones.ts';
import { freeMediaPort } from '../testing/free-media-port.ts';
import { MediaLegs } from '../testing/media-legs.ts';
import { type Person, person } from '../testing/people.ts';
import { Phone } from '../testing/phone.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';
import { lacksForMedia } from '../testing/voice-browser.ts';
import { Caller, newVoiceChannel, type VoicePlace } from '../testing/voice-people.ts';

type Deed = (by: Person, place: VoicePlace, user: string) => Promise<unknown>;

const deeds: Record<string, Deed> = {
  kicked: ({ client }, { space }, user) => client.call(kickMember, { params: { space, user }, body: {} }),
  banned: ({ client }, { space }, user) => client.call(banUser, { params: { space, user }, body: {} }),
  'timed out': ({ client }, { space }, user) =>
    client.call(timeOutMember, { params: { space, user }, body: { until: Date.now() + 3_600_000 } }),
  'without the right to connect': ({ client }, place, target) =>
    client.call(setOverride, { params: { ...place, target }, body: { allow: [], deny: ['voice.connect'] } }),
  muted: async (by, { space }, user) => {
    using moderator = await Caller.of(by);
    await moderator.asks('moderate', { space, user, muted: true });
  },
};
/** Packets come every 20 ms. */
const QUIET_MS = 500;

test('[VOX-13] F148: no packet comes any more of somebody who was kicked, banned, timed out or muted', {
  skip: lacksForMedia(),
}, async (t) => {
  const port = await freeMediaPort();
  await using legs = await MediaLegs.open([port], 2 + 2 * Object.keys(deeds).length);
  await using homeserver = await startHomeserver({ environment: phoneEnvironment(port) });
  const { url } = homeserver;
  const owner = await person(url);
  const space = await owner.founds('Talk');
  const place = await newVoiceChannel(owner, space);
  const phoneOf = ({ account, token }: Person, voice: 'loud' | 'none') =>
    Phone.at(url, { user: account.id, token }, legs, voice);
  const listener = await person(url);
  await owner.invites(space, listener);
  using ear = await phoneOf(listener, 'none');
  await ear.join(place);
  for (const [name, deed] of Object.entries(deeds)) {
    const talker = await person(url);
    await owner.invites(space, talker);
    using mouth = await phoneOf(talker, 'loud');
    await mouth.join(place);
    const user = talker.account.id;
    await ear.hears([user]);
    let last = 0;
    let packets = 0;
    await ear.onPacket(user, () => {
      packets++;
      last = performance.now();
    });
    while (packets < 5) await delay(10);
    const asked = performance.now();
    await deed(owner, place, user);
    const accepted = performance.now();
    while (performance.now() - Math.max(last, accepted) < QUIET_MS) await delay(20);
    const before = packets;
    await delay(QUIET_MS);
    assert.equal(packets, before, `${name}, and still heard`);
    const [afterAsked, afterAccepted] = [asked, accepted].map((then) => Math.max(0, last - then).toFixed(0));
    t.diagnostic(
      `${name}: the last packet came ${afterAsked} ms after it was asked, ${afterAccepted} ms after it was done`,
    );
  }
});
