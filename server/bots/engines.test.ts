import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as bots from '@folkmoot/protocol-spec/schemas/client/bots.ts';
import { changeBotGrant, listSpaceBots } from '@folkmoot/protocol-spec/schemas/client/space-bots.ts';
import { listSpaces } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import { systemClock } from '../base/clock.ts';
import { botHomes, spacesToldOf } from '../spaces/bot-grants.ts';
import { admits, botOf, joined, talkative } from '../testing/bots.ts';
import { engines } from '../testing/engines.ts';
import { person } from '../testing/people.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';
import { unsettledGrants } from './unsettled-grants.ts';

for (const engine of engines) {
  test(`${engine.name}: a bot is made, admitted, changed, over and deleted`, async (t) => {
    const place = await engine.fresh(t);
    if (place === undefined) return;
    let ahead = 0;
    await using home = await startHomeserver({
      folder: place.folder,
      environment: place.url ? { FOLKMOOT_DATABASE: place.url } : {},
      clock: { ...systemClock, now: () => systemClock.now() + ahead },
    });
    const { database, botJoiner } = home.homeserver;
    const [owner, dev] = [await person(home.url), await person(home.url)];
    const space = await owner.founds('Garden');
    const bot = await botOf(dev, 'echo');
    await admits(owner, space, 'echo');
    await joined(bot, space);
    const params = { space: space.id, bot: bot.account.id };
    const body = { ...talkative, content: false, expires: Date.now() + 60_000 };
    const changed = await owner.client.call(changeBotGrant, { params, body });
    assert.deepEqual([changed.grant.content, changed.grant.expires, changed.member], [false, body.expires, true]);
    assert.equal((await bot.client.call(listSpaces)).spaces.length, 1);
    await database.read(async (reader) => {
      assert.deepEqual(await botHomes(reader, space.id), []);
      assert.deepEqual(await spacesToldOf(reader, bot.account.id, 'member'), [space.id]);
      assert.equal(await spacesToldOf(reader, owner.account.id, 'member'), undefined);
      assert.deepEqual(await unsettledGrants(reader, Date.now()), []);
    });
    ahead = 60_000;
    assert.deepEqual((await bot.client.call(listSpaces)).spaces, []);
    await botJoiner.sweep();
    const left = await owner.client.call(listSpaceBots, { params: { space: space.id } });
    assert.deepEqual(left.bots, []);
    await dev.client.call(bots.deleteBot, { params: { bot: bot.account.id } });
    assert.deepEqual((await dev.client.call(bots.listBots)).bots, []);
  });
}
