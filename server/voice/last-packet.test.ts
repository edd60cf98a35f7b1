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
/** Half a second of what somebody else says meanwhile. */
const QUIET_PACKETS = 25;

test('[VOX-13] F148: no packet comes any more of somebody who was kicked, banned, timed out or muted', {
  skip: lacksForMedia(),
}, async (t) => {
  const port = await freeMediaPort();
  await using legs = await MediaLegs.open([port], 4 + 2 * Object.keys(deeds).length);
  await using homeserver = await startHomeserver({ environment: phoneEnvironment(port) });
  const { url } = homeserver;
  const owner = await person(url);
  const space = await owner.founds('Talk');
  const place = await newVoiceChannel(owner, space);
  const phoneOf = ({ account, token }: Person, voice: 'loud' | 'none') =>
    Phone.at(url, { user: account.id, token }, legs, voice);
  const [listener, witness] = [await person(url), await person(url)];
  await owner.invites(space, listener, witness);
  using ear = await phoneOf(listener, 'none');
  await ear.join(place);
  using other = await phoneOf(witness, 'loud');
  await other.join(place);
  await ear.hears([witness.account.id]);
  let witnessed = 0;
  await ear.onPacket(witness.account.id, () => void witnessed++);
  /** Until so much was heard of somebody else since then. */
  const heardOn = async (since: () => number) => {
    while (witnessed - since() < QUIET_PACKETS) await delay(20);
  };
  for (const [name, deed] of Object.entries(deeds)) {
    const talker = await person(url);
    await owner.invites(space, talker);
    using mouth = await phoneOf(talker, 'loud');
    await mouth.join(place);
    const user = talker.account.id;
    await ear.hears([user]);
    let last = { at: 0, witnessed: 0 };
    let packets = 0;
    await ear.onPacket(user, () => {
      packets++;
      last = { at: performance.now(), witnessed };
    });
    while (packets < 5) await delay(10);
    const asked = performance.now();
    await deed(owner, place, user);
    const accepted = performance.now();
    const done = witnessed;
    await heardOn(() => Math.max(last.witnessed, done));
    const [before, then] = [packets, witnessed];
    await heardOn(() => then);
    assert.equal(packets, before, `${name}, and still heard`);
    const [afterAsked, afterAccepted] = [asked, accepted].map((begin) => Math.max(0, last.at - begin).toFixed(0));
    t.diagnostic(
      `${name}: the last packet came ${afterAsked} ms after it was asked, ${afterAccepted} ms after it was done`,
    );
  }
});
