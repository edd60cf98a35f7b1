import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { startHomeserver, type TestHomeserver } from '../../../server/testing/start-homeserver.ts';
import { openBrowser, skip, visitor, type Visitor } from './visitor.ts';

let homeserver: TestHomeserver;
let browser: Browser;

before(async () => {
  if (skip) return;
  homeserver = await startHomeserver();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await homeserver?.close();
});

const inList = ({ page }: Visitor, name: string) =>
  page.getByRole('complementary', { name: 'Members' }).getByRole('listitem').filter({ hasText: name });

async function comes(who: Visitor, link: string, handle: string, { unlisted = false } = {}): Promise<void> {
  await who.page.goto(link);
  await who.page.getByText('Hollow Oak').first().waitFor();
  if (unlisted) await who.page.getByRole('switch', { name: 'Stay off the member list' }).check();
  await who.registers(handle);
  await who.opensChannel('general');
}

test('somebody joins off the member list, is listed by what they say, and goes off it again', { skip }, async () => {
  const [owner, reader, quiet] = [await visitor(browser), await visitor(browser), await visitor(browser)];
  await owner.page.goto(`${homeserver.url}/register`);
  await owner.registers('wren');
  await owner.founds('Hollow Oak');
  await owner.opensChannel('general');
  const link = await owner.invitesTo('Hollow Oak');
  await comes(reader, link, 'finch');
  await comes(quiet, link, 'owl', { unlisted: true });
  await inList(owner, 'owl').getByText('unlisted').waitFor();
  await inList(quiet, 'owl').getByText('unlisted').waitFor();
  await inList(reader, 'wren').waitFor();
  await reader.page.getByRole('heading', { name: 'Members 3' }).waitFor();
  assert.equal(await inList(reader, 'owl').count(), 0);

  await quiet.says('Good evening');
  await reader.sees('Good evening');
  await inList(reader, 'owl').waitFor();
  await quiet.choosesOfSpace('Hollow Oak', 'You in the member list');
  await quiet.page.getByRole('switch', { name: 'Stay off the member list' }).check();
  await quiet.presses('Save');
  await inList(reader, 'owl').waitFor({ state: 'detached' });
  await inList(quiet, 'owl').getByText('unlisted').waitFor();
});
