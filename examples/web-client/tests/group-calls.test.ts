import { after, before, test } from 'node:test';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Browser, Locator } from 'playwright-core';
import { befriend, writesTo } from '../../../server/testing/acquaintances.ts';
import { type Person, person, talkOf } from '../../../server/testing/people.ts';
import { startHomeserver, type TestHomeserver } from '../../../server/testing/start-homeserver.ts';
import { lacksForMedia, voiceEnvironment } from '../../../server/testing/voice-browser.ts';
import { openTalkingBrowser, TalkingVisitor, talkingVisitor } from './voice-visitor.ts';

const skip = lacksForMedia({ browser: true });
const handles = ['wren', 'finch', 'robin'] as const;
const tones = { wren: 440, others: 880 };
/** Until the one case that is about how long it rings. */
const untilAnswered = 600_000;

let homeserver: TestHomeserver;
let browsers: Browser[];
let people: Record<(typeof handles)[number], Person>;
let group: Space;
let direct: Space;
let wren: TalkingVisitor;
let finch: TalkingVisitor;
let robin: TalkingVisitor;

const ringOf = (who: TalkingVisitor, caller: string): Locator =>
  who.page.getByRole('dialog', { name: `${caller} calls` });
const calls = (who: TalkingVisitor) => who.page.getByRole('banner').getByRole('button', { name: 'Call' }).click();
const leaves = async (who: TalkingVisitor) => {
  await who.panel.getByRole('button', { name: 'Leave call' }).click();
  await who.panel.waitFor({ state: 'detached' });
};
const idOf = (name: (typeof handles)[number]) => people[name].account.id;
const opens = (who: TalkingVisitor, space: Space) =>
  who.page.goto(`${homeserver.url}/spaces/${space.id}/${talkOf(space).channel}`);

before(async () => {
  if (skip) return;
  homeserver = await startHomeserver({ environment: voiceEnvironment });
  homeserver.homeserver.voice.calls.ringMs = untilAnswered;
  const made = await Promise.all(handles.map((handle) => person(homeserver.url, handle)));
  people = { wren: made[0]!, finch: made[1]!, robin: made[2]! };
  await befriend(people.wren, people.finch);
  await befriend(people.wren, people.robin);
  await befriend(people.robin, people.finch);
  group = await writesTo(people.wren, idOf('finch'), idOf('robin'));
  direct = await writesTo(people.robin, idOf('finch'));
  browsers = await Promise.all([openTalkingBrowser(tones.wren), openTalkingBrowser(tones.others)]);
  wren = await talkingVisitor(browsers[0]!, { colorScheme: 'dark' });
  finch = await talkingVisitor(browsers[1]!, { colorScheme: 'light' });
  robin = await talkingVisitor(browsers[1]!, { colorScheme: 'dark', viewport: { width: 360, height: 720 } });
  for (const [who, handle] of [
    [wren, 'wren'],
    [finch, 'finch'],
    [robin, 'robin'],
  ] as const) {
    await who.logsIn(homeserver.url, handle);
    await who.hearsEverything(homeserver.url);
    await opens(who, group);
    await who.composer.waitFor();
  }
});

after(async () => {
  await Promise.all((browsers ?? []).map((browser) => browser.close()));
  await homeserver?.close();
});

test('a call of a group rings on every device; declined on one, it rings on for the others', { skip }, async () => {
  const tablet = new TalkingVisitor(await robin.page.context().newPage());
  await opens(tablet, group);
  await tablet.composer.waitFor();
  await calls(wren);
  await Promise.all([finch, robin, tablet].map((who) => ringOf(who, 'wren').waitFor()));
  await finch.page.getByText('calls you and robin').waitFor();
  await robin.fits('ringing');
  await robin.shows('group-call-rings-narrow');
  await tablet.page.keyboard.press('Control+Shift+Backspace');
  await Promise.all([robin, tablet].map((who) => ringOf(who, 'wren').waitFor({ state: 'detached' })));
  await ringOf(finch, 'wren').waitFor();
  tablet.isContent();
  await tablet.page.close();
});

test('taken on one device, it stops on the other, and who declined can still come in', { skip }, async () => {
  const phone = new TalkingVisitor(await finch.page.context().newPage());
  await phone.page.goto(homeserver.url);
  await ringOf(phone, 'wren').waitFor();
  await ringOf(finch, 'wren').getByRole('button', { name: 'Accept' }).click();
  await ringOf(phone, 'wren').waitFor({ state: 'detached' });
  phone.isContent();
  await phone.page.close();
  await Promise.all([wren.hearsTone(tones.others), finch.hearsTone(tones.wren)]);
  await robin.page.getByText(/^(wren and finch|finch and wren) are in a call$/).waitFor();
  await robin.shows('group-call-outside-narrow');
  await robin.page.getByRole('button', { name: 'Join', exact: true }).click();
  await Promise.all([
    wren.hearsTone(tones.others, idOf('finch')),
    wren.hearsTone(tones.others, idOf('robin')),
    finch.hearsTone(tones.wren, idOf('wren')),
    finch.hearsTone(tones.others, idOf('robin')),
    robin.hearsTone(tones.wren, idOf('wren')),
    robin.hearsTone(tones.others, idOf('finch')),
  ]);
  await wren.shows('group-call-three');
  await finch.shows('group-call-three-light');
  await robin.fits('a call of three');
  await robin.shows('group-call-three-narrow');
});

test('who is in another call is busy, and reads afterwards who called', { skip }, async () => {
  await robin.page.getByRole('group', { name: 'Voice' }).getByRole('button', { name: 'Leave call' }).first().click();
  await opens(robin, direct);
  await calls(robin);
  await robin.isTold('finch is busy in another call.');
  await robin.shows('call-busy-narrow');
  await robin.page.getByText('Call without an answer').waitFor();
  await ringOf(finch, 'robin').waitFor({ state: 'detached' });
  await wren.hearsTone(tones.others, idOf('finch'));
  await finch.page
    .getByRole('navigation', { name: 'Home' })
    .getByRole('link', { name: /^robin, 1 new/ })
    .click();
  await finch.message('Missed call').waitFor();
  await finch.shows('call-busy-missed-light');
});

test('the last one out ends the call', { skip }, async () => {
  await leaves(wren);
  await wren.page.getByText('finch is in a call').waitFor();
  await leaves(finch);
  await wren.page.getByText('finch is in a call').waitFor({ state: 'detached' });
  await wren.page.getByRole('banner').getByRole('button', { name: 'Call' }).waitFor();
});

test('a call that nobody answers ends by itself, and both read it', { skip }, async () => {
  homeserver.homeserver.voice.calls.ringMs = 10_000;
  await Promise.all([ringOf(finch, 'robin').waitFor(), calls(robin)]);
  await robin.isTold('finch did not answer.');
  await robin.shows('call-unanswered-narrow');
  await robin.panel.waitFor({ state: 'detached' });
  await ringOf(finch, 'robin').waitFor({ state: 'detached' });
  await robin.page.getByText('Call without an answer').nth(1).waitFor();
  await finch.message('Missed call').nth(1).waitFor();
});

test('the pages complained about nothing', { skip }, () => {
  for (const who of [wren, finch, robin]) who.isContent();
});
