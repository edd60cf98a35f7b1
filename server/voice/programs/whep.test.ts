import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setOverride } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { kickMember, timeOutMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import type { Browser } from 'playwright-core';
import { type Person, person } from '../../testing/people.ts';
import { isPlayed, isPlayedNoMore, playsByWhep, type ProgramPage, sendsByWhip } from '../../testing/program-pages.ts';
import { startHomeserver, type TestHomeserver } from '../../testing/start-homeserver.ts';
import { lacksForMedia, openVoiceBrowser, voiceEnvironment } from '../../testing/voice-browser.ts';
import { Caller, newVoiceChannel, type VoicePlace } from '../../testing/voice-people.ts';

const skip = lacksForMedia({ browser: true });

let homeserver: TestHomeserver;
let browser: Browser;
let owner: Person;
let caller: Caller;
let place: VoicePlace;
let sender: ProgramPage & { token: string };

before(async () => {
  if (skip) return;
  homeserver = await startHomeserver({ environment: voiceEnvironment });
  browser = await openVoiceBrowser();
  owner = await person(homeserver.url);
  const space = await owner.founds('Cinema');
  place = await newVoiceChannel(owner, space);
  caller = await Caller.of(owner);
  const issued = await caller.asks('stream_token', place);
  sender = { ...(await sendsByWhip(browser, issued)), token: issued.token };
  assert.equal(sender.status, 201);
});

after(async () => {
  caller?.[Symbol.dispose]();
  await browser?.close();
  await homeserver?.close();
});

/** A member who may watch, and the token for it. */
async function viewer() {
  const who = await person(homeserver.url);
  await owner.invites({ id: place.space } as Parameters<Person['invites']>[0], who);
  const seen = await Caller.of(who);
  const issued = await seen.asks('watch_token', place);
  return { who, issued, [Symbol.dispose]: () => seen[Symbol.dispose]() };
}

test('[VOX-21] what is streamed into a channel is seen and heard by a player of WHEP, until it ends that', {
  skip,
}, async () => {
  using watching = await viewer();
  const { page, status, location } = await playsByWhep(browser, watching.issued);
  assert.equal(status, 201);
  await isPlayed(page);
  await caller.until(() => caller.inside(place).length > 0);
  assert.equal(caller.inside(place).length, 1, 'a player is nobody in the channel');
  const headers = { Authorization: `Bearer ${watching.issued.token}` };
  const ended = await fetch(homeserver.url + location, { method: 'DELETE', headers });
  assert.equal(ended.status, 200);
  await isPlayedNoMore(page);
  assert.equal((await fetch(homeserver.url + location, { method: 'DELETE', headers })).status, 404);
  await page.close();
});

test('[VOX-21] a new beginning of ICE is answered, and the picture goes on', { skip }, async () => {
  using watching = await viewer();
  const { page, location } = await playsByWhep(browser, watching.issued);
  await isPlayed(page);
  const patch = (headers: Record<string, string>) =>
    fetch(homeserver.url + location, {
      method: 'PATCH',
      headers: { Authorization: `Bearer ${watching.issued.token}`, ...headers },
      body: 'a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\n',
    });
  const type = { 'Content-Type': 'application/trickle-ice-sdpfrag' };
  assert.equal((await patch({ 'Content-Type': 'application/json', 'If-Match': '*' })).status, 415);
  assert.equal((await patch(type)).status, 428);
  assert.equal((await patch({ ...type, 'If-Match': '"old"' })).status, 412);
  const restarted = await patch({ ...type, 'If-Match': '*' });
  assert.equal(restarted.status, 200);
  assert.match(await restarted.text(), /a=ice-ufrag:/);
  const tag = restarted.headers.get('etag') ?? '';
  assert.equal((await patch({ ...type, 'If-Match': tag })).status, 204);
  await page.close();
});

test('[VOX-21] F148: a player sees nothing more when whoever asked for the token is kicked, timed out or loses the right', {
  skip,
}, async () => {
  const ends: [string, (user: string) => Promise<unknown>, string][] = [
    [
      'kicked',
      (user) => owner.client.call(kickMember, { params: { space: place.space, user }, body: {} }),
      'not_found',
    ],
    [
      'timed out',
      (user) =>
        owner.client.call(timeOutMember, {
          params: { space: place.space, user },
          body: { until: Date.now() + 3_600_000 },
        }),
      'timed_out',
    ],
    [
      'no right',
      (user) =>
        owner.client.call(setOverride, {
          params: { ...place, target: user },
          body: { allow: [], deny: ['voice.connect'] },
        }),
      'missing_permission',
    ],
  ];
  for (const [name, deed, code] of ends) {
    using watching = await viewer();
    const { page, status } = await playsByWhep(browser, watching.issued);
    assert.equal(status, 201, name);
    await isPlayed(page);
    await deed(watching.who.account.id);
    await isPlayedNoMore(page);
    const { url, token } = watching.issued;
    const body = `v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\na=recvonly\r\na=fingerprint:sha-256 ${'AB:'.repeat(31)}AB\r\na=rtpmap:96 opus/48000/2\r\n`;
    const headers = { 'Content-Type': 'application/sdp', Authorization: `Bearer ${token}` };
    const again = await fetch(url, { method: 'POST', headers, body });
    assert.equal(((await again.json()) as { code: string }).code, code, name);
    await page.close();
  }
});

test('[VOX-21] a player chooses whom to watch, and is told when nobody streams', { skip }, async () => {
  using other = await viewer();
  const who = await Caller.of(other.who);
  const watched = await who.asks('watch_token', { ...place, user: owner.account.id });
  const { page } = await playsByWhep(browser, watched);
  await isPlayed(page);
  const nobody = await who.asks('watch_token', { ...place, user: other.who.account.id });
  const none = await playsByWhep(browser, nobody);
  assert.equal(none.status, 409);
  who[Symbol.dispose]();
  await fetch(homeserver.url + sender.location, {
    method: 'DELETE',
    headers: { Authorization: `Bearer ${sender.token}` },
  });
  await sender.page.close();
  await Promise.all([isPlayedNoMore(page), caller.until(() => caller.inside(place).length === 0)]);
  assert.equal((await playsByWhep(browser, watched)).status, 409);
  await Promise.all([page.close(), none.page.close()]);
});
