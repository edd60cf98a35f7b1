import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createHttpClient } from '@folkmoot/protocol-spec/client/http-client.ts';
import { newIntentId } from '@folkmoot/protocol-spec/client/intent-id.ts';
import { logIn } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { listMembers, timeOutMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { sendMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { listSpaces } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import type { Browser } from 'playwright-core';
import { type NetworkHomeserver, SpawnedNetwork } from '../../../server/testing/spawned-network.ts';
import { openBrowser, password, skip, visitor, type Visitor } from './visitor.ts';

let network: SpawnedNetwork;
let browser: Browser;
let a: NetworkHomeserver;
let b: NetworkHomeserver;
let wren: Visitor;
let finch: Visitor;
let robin: Visitor;
let invite: string;

before(async () => {
  if (skip) return;
  network = await SpawnedNetwork.open();
  [a, b] = await Promise.all([network.homeserver('a'), network.homeserver('b')]);
  browser = await openBrowser();
  wren = await visitor(browser, { colorScheme: 'dark' });
  finch = await visitor(browser, { colorScheme: 'light' });
});

after(async () => {
  await browser?.close();
  await network?.[Symbol.asyncDispose]();
});

test('a user of a founds a community and invites', { skip }, async () => {
  await wren.page.goto(`${a.url}/register`);
  await wren.registers('wren');
  await wren.founds('Hollow Oak');
  await wren.opensChannel('introductions');
  await wren.says('An acorn of last year');
  // More than a homeserver takes over when somebody joins.
  const owner = createHttpClient({ baseUrl: a.direct });
  await owner.call(logIn, { body: { login: 'wren', password } });
  const [, , space = '', channel = ''] = new URL(wren.page.url()).pathname.split('/');
  for (let n = 1; n <= 120; n++)
    await owner.call(sendMessage, { params: { space, channel }, body: { content: `leaf ${n}`, nonce: newIntentId() } });
  await wren.opensChannel('general');
  await wren.says('Good evening, everybody');
  invite = await wren.invitesTo('Hollow Oak');
});

test('a user of b takes the link home and joins there', { skip }, async () => {
  await finch.page.goto(`${b.url}/register`);
  await finch.registers('finch');
  await finch.page.getByRole('heading', { name: 'Welcome, finch' }).waitFor();
  await finch.page.goto(invite);
  await finch.page.getByText('Hollow Oak').first().waitFor();
  await finch.shows('invite-page');
  await finch.presses('I have an account on another homeserver');
  await finch.page.getByLabel('Your homeserver').fill('no name');
  await finch.presses(/^Go on at/);
  await finch.page.getByText('This is not the name of a homeserver').waitFor();
  await finch.page.getByLabel('Your homeserver').fill(b.name);
  await finch.shows('other-home');
  await finch.presses(/^Go on at/);
  await finch.page.getByText(`on ${a.name}`).waitFor();
  assert.equal(new URL(finch.page.url()).host, b.name);
  await finch.shows('join-from-home');
  await finch.presses('Join Hollow Oak');
  await finch.opensChannel('general');
  await finch.sees('Good evening, everybody');
});

test('whoever has no account at home yet makes one and is asked once', { skip }, async () => {
  robin = await visitor(browser, { viewport: { width: 360, height: 720 }, colorScheme: 'dark' });
  const code = invite.split('/').at(-1)!;
  await robin.page.goto(`${b.url}/join?invite=${code}&via=${a.name}`);
  await robin.page.getByText(`You are invited to a community on ${a.name}`).waitFor();
  await robin.shows('join-logged-out');
  await robin.presses('New here? Create an account');
  await robin.registers('robin');
  await robin.page.getByRole('button', { name: 'Join Hollow Oak' }).waitFor();
  await robin.fits('join');
  await robin.shows('join-narrow');
  await robin.presses('Not now');
  await robin.page.getByLabel('Invite link').fill(`${a.url}/invite/${'x'.repeat(22)}`);
  await robin.presses('Join');
  await robin.page.getByRole('heading', { name: 'This invite does not work' }).waitFor();
  robin.forgives(/status of 404/);
  await robin.page.goBack();
  await robin.page.getByLabel('Invite link').fill(invite);
  await robin.presses('Join');
  await robin.presses('Join Hollow Oak');
  await robin.presses('Communities and channels');
  await robin.shows('remote-places-narrow');
  await robin.opensChannel('general');
  await robin.sees('Good evening, everybody');
  await robin.fits('remote channel');
});

test('they talk live, and each sees where the other one comes from', { skip }, async () => {
  await finch.composer.pressSequentially('Hello @wr');
  await finch.page.getByRole('option', { name: new RegExp(`wren.*@wren@${a.name}`) }).waitFor();
  await finch.composer.press('Enter');
  await finch.composer.press('Enter');
  await wren.sees('Hello @wren');
  await wren.says('Welcome from next door!');
  await finch.sees('Welcome from next door!');
  await wren.message('Hello @wren').getByText(`@${b.name}`).waitFor();
  await wren.message('Hello @wren').getByRole('button', { name: 'finch' }).click();
  await wren.page.getByRole('dialog', { name: 'Profile of finch' }).getByText(`@finch@${b.name}`).waitFor();
  await wren.shows('remote-profile');
  await wren.page.keyboard.press('Escape');
  await finch.page.getByRole('button', { name: 'Hollow Oak' }).getByText(a.name).waitFor();
  await finch.shows('remote-community');
});

test('what is older is searched at the hub when one asks for it', { skip }, async () => {
  await finch.page.keyboard.press('Control+f');
  await finch.page.getByRole('combobox', { name: 'Search messages' }).fill('acorn');
  await finch.page.getByText('Nothing was found so far.').waitFor();
  await finch.page.getByText(`Older messages are on ${a.name}`).waitFor();
  await finch.shows('search-further-back');
  await finch.presses('Look further back');
  await finch.page.getByRole('link', { name: /An acorn of last year/ }).waitFor();
  await finch.page.getByText('1 message', { exact: true }).waitFor();
  await finch.page.getByText(`Older messages are on ${a.name}`).waitFor({ state: 'detached' });
  await finch.page.locator('[data-found]').getByText(`@${a.name}`).waitFor();
  await finch.shows('search-remote');
  await finch.page.keyboard.press('Escape');
});

test('while the hub is away one reads on, and what one sends waits', { skip }, async () => {
  a.proxy.cut();
  await finch.page.getByText(`${a.name} is away`).waitFor();
  await finch.sees('Good evening, everybody');
  const kept = finch.page.waitForResponse((answer) => answer.status() === 202);
  await finch.writes('written in the dark');
  await finch.page.getByText(`waiting for ${a.name}`).waitFor();
  await finch.shows('hub-away');
  await robin.page.getByText(`${a.name} is away`).waitFor();
  await robin.fits('hub away');
  await robin.shows('hub-away-narrow');
  await kept;
  await finch.page.reload();
  await finch.page.getByText(`waiting for ${a.name}`).waitFor();
  a.proxy.mend();
  await wren.sees('written in the dark');
  await finch.sees('written in the dark');
  await finch.page.getByText(`waiting for ${a.name}`).waitFor({ state: 'detached' });
  await finch.page.getByText(`${a.name} is away`).waitFor({ state: 'detached' });
  assert.equal(await wren.message('written in the dark').count(), 1);
});

test('what the hub refuses afterwards says so where it stands', { skip }, async () => {
  const owner = createHttpClient({ baseUrl: a.direct });
  await owner.call(logIn, { body: { login: 'wren', password } });
  const { spaces } = await owner.call(listSpaces);
  const { members } = await owner.call(listMembers, { params: { space: spaces[0]!.id } });
  const params = { space: spaces[0]!.id, user: members.find((member) => member.user.handle === 'finch')!.user.id };
  a.proxy.cut();
  await finch.page.getByText(`${a.name} is away`).waitFor();
  await finch.writes('one word too many');
  await finch.page.getByText(`waiting for ${a.name}`).waitFor();
  await owner.call(timeOutMember, { params, body: { until: Date.now() + 600_000 } });
  a.proxy.mend();
  await finch.page.getByText(`Not taken by ${a.name}: You are timed out.`).waitFor();
  await finch.shows('refused');
  await finch.page.getByText('You are timed out. It ends').waitFor();
  await owner.call(timeOutMember, { params, body: { until: null } });
  await finch.page.getByText('You are timed out. It ends').waitFor({ state: 'detached' });
  await finch.presses('Try again');
  await wren.page.reload();
  await wren.sees('one word too many');
  assert.equal(await wren.message('one word too many').count(), 1);
});

test('they become friends, and write to each other directly', { skip }, async () => {
  await finch.page.goto(`${b.url}/friends/add`);
  await finch.page.getByLabel('Handle').fill(`wren@${a.name}`);
  await finch.presses('Send request');
  await finch.page.getByText('wren was asked.').waitFor();
  await wren.page.getByRole('link', { name: /^Home, 1 requests/ }).click();
  await wren.page.getByRole('link', { name: 'Friends, 1 friend requests' }).click();
  await wren.page.getByRole('link', { name: 'Pending, 1 to answer' }).click();
  await wren.page.getByText(`@finch@${b.name}`).waitFor();
  await wren.shows('remote-request');
  await wren.presses('Accept finch');
  await finch.page.getByRole('link', { name: 'All', exact: true }).click();
  await finch.page.getByText(`Online · @wren@${a.name}`).waitFor();
  await finch.presses('Write to wren');
  await finch.says('Between two houses');
  await wren.page.getByRole('link', { name: 'finch, 1 new messages' }).first().click();
  await wren.sees('Between two houses');
  await wren.says('Every word of it');
  await finch.sees('Every word of it');
  await wren.shows('remote-direct');
  await finch.shows('remote-direct-light');
});

test('a moderator blocks a homeserver: its people are out, and let in again later', { skip }, async () => {
  await wren.page
    .getByRole('link', { name: /^Hollow Oak/ })
    .first()
    .click();
  await wren.choosesOfSpace('Hollow Oak', 'Community settings');
  await wren.page.getByRole('link', { name: 'Homeservers', exact: true }).click();
  await wren.page.getByText('No homeserver is blocked.').waitFor();
  await wren.presses('Block a homeserver');
  const dialog = wren.page.getByRole('dialog', { name: 'Block a homeserver' });
  await dialog.getByLabel('Homeserver', { exact: true }).fill('no name');
  await dialog.getByText('This is not the name of a homeserver').waitFor();
  await dialog.getByLabel('Homeserver', { exact: true }).fill(a.name);
  await dialog.getByRole('button', { name: 'Block', exact: true }).click();
  await dialog.getByText('This community lives there').waitFor();
  wren.forgives(/status of 403/);
  await dialog.getByLabel('Homeserver', { exact: true }).fill(b.name);
  await dialog.getByLabel('Reason (optional)').fill('Nothing but noise');
  await wren.shows('block-homeserver');
  await dialog.getByRole('button', { name: 'Block', exact: true }).click();
  await wren.page.getByRole('listitem').filter({ hasText: b.name }).getByText('Nothing but noise').waitFor();
  await finch.isTold('Your homeserver was blocked, and you are out of Hollow Oak.');
  await finch.page.getByRole('link', { name: /^Hollow Oak/ }).waitFor({ state: 'detached' });
  await wren.resizes(360, 720);
  await wren.fits('blocked homeservers');
  await wren.shows('blocked-homeservers-narrow');
  await wren.resizes(1280, 800);
  await finch.page.goto(`${b.url}/join?invite=${invite.split('/').at(-1)!}&via=${a.name}`);
  await finch.page.getByRole('main').getByText('do not talk with each other').waitFor();
  await wren.presses(`Lift the block of ${b.name}`);
  await wren.page.getByRole('dialog').getByRole('button', { name: 'Lift the block', exact: true }).click();
  await wren.page.getByText('No homeserver is blocked.').waitFor();
  await finch.page.reload();
  await finch.presses('Join Hollow Oak');
  await finch.opensChannel('general');
  await finch.says('Back again');
});

test('the pages complained about nothing', { skip }, () => {
  wren.isContent();
  finch.forgives(/status of 403/);
  finch.isContent();
  robin.isContent();
});
