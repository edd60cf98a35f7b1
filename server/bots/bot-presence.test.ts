import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getUser } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { changeBotGrant } from '@folkmoot/protocol-spec/schemas/client/space-bots.ts';
import { sharingSpace } from '../spaces/sharing-spaces.ts';
import { admits, botOf, codeOf, joined, talkative } from '../testing/bots.ts';
import { person } from '../testing/people.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';

test('[BOT-9] a bot knows people, and whether they are there, as far as it was granted that', async () => {
  await using home = await startHomeserver();
  const [owner, dev] = [await person(home.url), await person(home.url)];
  const space = await owner.founds('Garden');
  const bot = await botOf(dev, 'watcher');
  await admits(owner, space, 'watcher', { events: ['message'] });
  await joined(bot, space);
  const mayWatch = () =>
    home.homeserver.database.read((reader) => sharingSpace(reader, bot.account.id, [owner.account.id]));
  const asks = () => codeOf(bot.client.call(getUser, { params: { user: owner.account.id } }));
  assert.deepEqual([await asks(), await mayWatch()], ['not_found', []]);
  const params = { space: space.id, bot: bot.account.id };
  const body = { ...talkative, events: ['member' as const, 'presence' as const] };
  await owner.client.call(changeBotGrant, { params, body });
  assert.deepEqual([await asks(), await mayWatch()], ['ok', [owner.account.id]]);
});
