import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { kickMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import type { Browser } from 'playwright-core';
import { type Person, person } from '../../testing/people.ts';
import { startHomeserver, type TestHomeserver } from '../../testing/start-homeserver.ts';
import { sendsByWhip } from '../../testing/program-pages.ts';
import { lacksForMedia, openVoiceBrowser, Talker, voiceEnvironment } from '../../testing/voice-browser.ts';
import { Caller, newVoiceChannel, type VoicePlace } from '../../testing/voice-people.ts';

const skip = lacksForMedia({ browser: true });

let homeserver: TestHomeserver;
let browser: Browser;
let owner: Person;
let streamer: Person;
let caller: Caller;
let place: VoicePlace;

before(async () => {
  if (skip) return;
  homeserver = await startHomeserver({ environment: voiceEnvironment });
  browser = await openVoiceBrowser();
  [owner, streamer] = [await person(homeserver.url), await person(homeserver.url)];
  const space = await owner.founds('Cinema');
  await owner.invites(space, streamer);
  place = await newVoiceChannel(owner, space);
  caller = await Caller.of(streamer);
});

after(async () => {
  caller?.[Symbol.dispose]();
  await browser?.close();
  await homeserver?.close();
});

const isIn = () => caller.inside(place).some(({ user }) => user.id === streamer.account.id);

test('[VOX-19] what a program sends by WHIP is heard and seen in the channel, until it ends it', { skip }, async () => {
  const { url, token } = await caller.asks('stream_token', place);
  const { page, status, location } = await sendsByWhip(browser, { url, token });
  assert.equal(status, 201);
  const watcher = await Talker.open(browser, homeserver.url, owner);
  await watcher.calls('join', place);
  await watcher.hears(streamer.account, 660);
  await watcher.sees(1);
  await caller.until(() => caller.inside(place).find(({ user }) => user.id === streamer.account.id)?.screen);
  const ended = await fetch(homeserver.url + location, {
    method: 'DELETE',
    headers: { Authorization: `Bearer ${token}` },
  });
  assert.equal(ended.status, 200);
  await caller.until(() => !isIn());
  // Who only closes the page is expected back for a while.
  await watcher.asks('leave', {});
  await Promise.all([page.close(), watcher.page.close()]);
});

test('[VOX-19] no token, somebody else’s stream, what is no offer: refused with a code', { skip }, async () => {
  const { url, token } = await caller.asks('stream_token', place);
  const post = async (body: string, headers: Record<string, string>) => {
    const response = await fetch(url, { method: 'POST', body, headers });
    return [response.status, ((await response.json()) as { code: string }).code];
  };
  const sdp = { 'Content-Type': 'application/sdp' };
  const bearer = { Authorization: `Bearer ${token}` };
  assert.deepEqual(await post('v=0', sdp), [401, 'unauthenticated']);
  assert.deepEqual(await post('v=0', { ...sdp, Authorization: `Bearer ${token.slice(0, -2)}AA` }), [
    401,
    'unauthenticated',
  ]);
  assert.deepEqual(await post('{}', { ...bearer, 'Content-Type': 'application/json' }), [
    415,
    'unsupported_media_type',
  ]);
  for (const body of ['', 'v=0', 'm=', 'm=audio 9 X 0\na=mid:0', 'x'.repeat(70_000)]) {
    const [status] = await post(body, { ...sdp, ...bearer });
    assert.ok([400, 413, 422].includes(status as number), `${status}`);
  }
  const none = await fetch(`${url}/none`, { method: 'DELETE', headers: bearer });
  assert.equal(none.status, 404);
  assert.equal(isIn(), false);
});

test('[VOX-19] F148: the stream of somebody who is kicked ends, and the token is good for nothing', {
  skip,
}, async () => {
  const { url, token } = await caller.asks('stream_token', place);
  const { page, status } = await sendsByWhip(browser, { url, token });
  assert.equal(status, 201);
  using seer = await Caller.of(owner);
  await seer.until(() => seer.inside(place).length === 1);
  const params = { space: place.space, user: streamer.account.id };
  await owner.client.call(kickMember, { params, body: {} });
  await seer.until(() => seer.inside(place).length === 0);
  const again = await sendsByWhip(browser, { url, token });
  assert.equal(again.status, 404);
  await Promise.all([page.close(), again.page.close()]);
});
