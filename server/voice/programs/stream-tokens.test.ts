import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createHttpClient } from '@folkmoot/protocol-spec/client/http-client.ts';
import { deleteAccount, logIn, logOut } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { listStreamTokens, revokeStreamToken } from '@folkmoot/protocol-spec/schemas/client/stream-tokens.ts';
import { voiceLimits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { suspendAccount } from '../../accounts/manage-account.ts';
import { gives, newRole, refused } from '../../testing/community.ts';
import { offers } from '../../testing/made-up-offers.ts';
import { password, Person, person } from '../../testing/people.ts';
import { startHomeserver, type TestHomeserver } from '../../testing/start-homeserver.ts';
import { lacksForMedia, voiceEnvironment } from '../../testing/voice-browser.ts';
import { Caller, newVoiceChannel, type VoicePlace } from '../../testing/voice-people.ts';

const skip = lacksForMedia();

let homeserver: TestHomeserver;
let owner: Person;
let place: VoicePlace;
let seer: Caller;

before(async () => {
  if (skip) return;
  homeserver = await startHomeserver({ environment: voiceEnvironment });
  owner = await person(homeserver.url);
  place = await newVoiceChannel(owner, await owner.founds('Cinema'));
  seer = await Caller.of(owner);
});
after(async () => {
  seer?.[Symbol.dispose]();
  await homeserver?.close();
});

async function member(): Promise<Person> {
  const who = await person(homeserver.url);
  await owner.invites({ id: place.space } as Parameters<Person['invites']>[0], who);
  return who;
}

const isIn = ({ account }: Person) => seer.inside(place).some(({ user }) => user.id === account.id);
const listed = async (reader: Person) => (await reader.client.call(listStreamTokens, { params: place })).tokens;
const revokes = (who: Person, token: string) => who.client.call(revokeStreamToken, { params: { ...place, token } });

const ends: [string, (who: Person) => Promise<unknown>][] = [
  ['logging out', (who) => who.client.call(logOut, {})],
  ['suspension', (who) => suspendAccount(homeserver.homeserver.accounts, who.account.id)],
  ['deletion of the account', (who) => who.client.call(deleteAccount, { body: { password } })],
  ['being revoked by oneself', async (who) => revokes(who, (await listed(who))[0]!.id)],
  [
    'being revoked by a moderator',
    async (who) => revokes(owner, (await listed(owner)).find(({ user }) => user.id === who.account.id)!.id),
  ],
];

for (const [name, deed] of ends) {
  test(`[VOX-20] ${name} ends a token and what uses it`, { skip }, async () => {
    const who = await member();
    const caller = await Caller.of(who);
    const issued = await caller.asks('stream_token', place);
    caller[Symbol.dispose]();
    assert.equal((await offers(issued, 'sendonly')).status, 201);
    await seer.until(() => isIn(who));
    assert.equal((await listed(owner)).find(({ id }) => id === issued.id)?.open, 1);
    await deed(who);
    await seer.until(() => !isIn(who));
    assert.deepEqual((await offers(issued, 'sendonly')).code, 'unauthenticated');
    assert.equal(
      (await listed(owner)).some(({ id }) => id === issued.id),
      false,
    );
  });
}

test('[VOX-20] another session of the same user keeps its tokens', { skip }, async () => {
  const who = await member();
  const client = createHttpClient({ baseUrl: homeserver.url });
  const second = new Person(client, await client.call(logIn, { body: { login: who.account.handle!, password } }));
  using here = await Caller.of(second);
  const issued = await here.asks('stream_token', place);
  await who.client.call(logOut, {});
  assert.equal((await offers(issued, 'sendonly')).status, 201);
});

test('[VOX-20] one sees and revokes the own tokens, a moderator those of all', { skip }, async () => {
  const [one, other, moderator] = [await member(), await member(), await member()];
  const role = await newRole(owner, { id: place.space } as never, {
    name: 'Mods',
    rank: 9,
    permissions: ['voice.move'],
  });
  await gives(owner, { id: place.space } as never, role, moderator);
  using caller = await Caller.of(one);
  const sending = await caller.asks('stream_token', place);
  const watching = await caller.asks('watch_token', { ...place, user: other.account.id });
  assert.deepEqual(
    (await listed(one)).map(({ id, kind, watches }) => [id, kind, watches]).toSorted(),
    [
      [sending.id, 'send', null],
      [watching.id, 'watch', other.account.id],
    ].toSorted(),
  );
  assert.deepEqual(await listed(other), []);
  assert.equal(await refused(revokes(other, sending.id)), 'missing_permission');
  assert.equal((await listed(moderator)).filter(({ user }) => user.id === one.account.id).length, 2);
  await revokes(moderator, watching.id);
  await revokes(moderator, watching.id);
  assert.deepEqual(
    (await listed(one)).map(({ id }) => id),
    [sending.id],
  );
  const stranger = await person(homeserver.url);
  assert.equal(await refused(listed(stranger)), 'not_found');
});

test('[VOX-20] a token is for what it was issued for, and there are so many of them', { skip }, async () => {
  const who = await member();
  using caller = await Caller.of(who);
  const sending = await caller.asks('stream_token', place);
  const watching = await caller.asks('watch_token', { ...place, user: who.account.id });
  assert.equal((await offers({ ...sending, url: watching.url }, 'recvonly')).code, 'unauthenticated');
  assert.equal((await offers({ ...watching, url: sending.url }, 'sendonly')).code, 'unauthenticated');
  const none = await offers(watching, 'recvonly');
  assert.deepEqual([none.code, none.retryAfter], ['not_streaming', '5']);
  for (let n = 2; n < voiceLimits.streamTokensPerUser; n++) await caller.asks('watch_token', place);
  assert.equal(await caller.isRefused('watch_token', place), 'limit_reached');
  await revokes(who, sending.id);
  assert.equal(await caller.isRefused('stream_token', place), 'not refused');
});

test('[VOX-21] so many may watch with one token, each in the payload types of the offer', { skip }, async () => {
  const who = await member();
  using caller = await Caller.of(who);
  assert.equal((await offers(await caller.asks('stream_token', place), 'sendonly')).status, 201);
  const watching = await caller.asks('watch_token', { ...place, user: who.account.id });
  for (let n = 0; n < voiceLimits.viewersPerToken; n++) {
    const { status, sdp } = await offers(watching, 'recvonly');
    assert.equal(status, 201);
    assert.match(sdp, /a=rtpmap:96 opus\/48000\/2/);
    assert.match(sdp, /a=rtpmap:97 VP8\/90000/);
    assert.match(sdp, /a=ssrc:\d+ cname:/);
  }
  assert.equal((await offers(watching, 'recvonly')).code, 'limit_reached');
  await revokes(who, watching.id);
  const again = await caller.asks('watch_token', { ...place, user: who.account.id });
  assert.equal((await offers(again, 'recvonly')).status, 201);
});
