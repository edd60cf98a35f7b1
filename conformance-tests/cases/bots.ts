import assert from 'node:assert/strict';
import * as accounts from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import * as bots from '@folkmoot/protocol-spec/schemas/client/bots.ts';
import { botsMayCall } from '@folkmoot/protocol-spec/schemas/client/bot-access.ts';
import { endpoints } from '@folkmoot/protocol-spec/schemas/client/endpoints.ts';
import { joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { getMember, listMembers } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import * as messages from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { giveRole } from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import * as spaceBots from '@folkmoot/protocol-spec/schemas/client/space-bots.ts';
import {
  explainPermission,
  getSpace,
  listSpaces,
  transferSpace,
} from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import { admits, Bot, letsIn, makesBot } from '../bots.ts';
import { conformance } from '../case.ts';
import { looksOf } from '../expect.ts';
import { newHandle } from '../people.ts';
import { sampleRequest } from '../sample-requests.ts';
import { Visitor } from '../visitor.ts';

const nobody = `u_${'b'.repeat(32)}`;
const nowhere = `s_${'b'.repeat(32)}`;

export const botCases = [
  conformance('BOT-1', 'a bot is seen and changed by whoever answers for it', async ({ people }) => {
    const [dev, other] = await people('Dev', 'Other');
    const { bot, handle } = await makesBot(dev);
    const { bots: own } = await dev.asks(bots.listBots);
    assert.deepEqual(
      own.map((one) => [one.id, one.handle, one.bot]),
      [[bot, handle, true]],
    );
    assert.deepEqual((await other.asks(bots.listBots)).bots, []);
    const params = { bot };
    for (const endpoint of [bots.updateBot, bots.deleteBot, bots.createBotToken, bots.listBotTokens]) {
      const ask = (of: string) => other.tries(endpoint, sampleRequest(endpoint, { bot: of }));
      assert.equal(looksOf(await ask(bot)), looksOf(await ask(nobody)), endpoint.name);
    }
    const renamed = newHandle('bot');
    const changed = await dev.asks(bots.updateBot, { params, body: { handle: renamed, display_name: 'Renamed' } });
    assert.deepEqual([changed.handle, changed.display_name, changed.bot], [renamed, 'Renamed', true]);
    await dev.isRefused('handle_taken', bots.createBot, { body: { handle: renamed } });
    await dev.isRefused('handle_taken', bots.updateBot, { params, body: { handle: dev.handle } });
  }),

  conformance('BOT-1', 'nobody answers for more bots than there may be', async ({ visitors }) => {
    const [dev] = await visitors('Dev');
    for (let i = 0; i < 25; i++) await dev.asks(bots.createBot, { body: { handle: newHandle('bot') } });
    const { details } = await dev.isRefused('limit_reached', bots.createBot, { body: { handle: newHandle('bot') } });
    assert.equal(details?.['limit'], 25);
  }),

  conformance('BOT-2', 'a token of a bot is told once and dead at once', async ({ people }) => {
    const [dev] = await people('Dev');
    const bot = await Bot.of(dev);
    const params = { bot: bot.id };
    const second = await dev.asks(bots.createBotToken, { params, body: { name: 'second' } });
    assert.match(second.token, /^fm_b_[A-Za-z0-9_-]{43}$/);
    const listed = await dev.tries(bots.listBotTokens, { params });
    assert.ok(listed.text.includes(second.id) && !listed.text.includes(second.token));
    const program = new Visitor(dev.parts, second.token);
    assert.equal((await program.asks(accounts.getAccount)).id, bot.id);
    await dev.asks(bots.revokeBotToken, { params: { ...params, token: bot.tokenId } });
    assert.equal(await bot.gateway?.closing(), 4004);
    await bot.isRefused('session_ended', accounts.getAccount);
    await program.asks(accounts.getAccount);
    await dev.isRefused('not_found', bots.revokeBotToken, { params: { ...params, token: bot.tokenId } });
    for (let i = 0; i < 9; i++) await dev.asks(bots.createBotToken, { params, body: {} });
    await dev.isRefused('limit_reached', bots.createBotToken, { params, body: {} });
  }),

  conformance('BOT-3', 'what is for people is refused to bots, at every endpoint', async ({ visitors }) => {
    const [dev] = await visitors('Dev');
    const { secret } = await makesBot(dev);
    const bot = new Visitor(dev.parts, secret);
    const club = await dev.founds('Tea club');
    const code = await dev.makesInvite(club);
    for (const endpoint of endpoints.filter(({ name, auth }) => auth === 'session' && !botsMayCall.has(name))) {
      const params = Object.fromEntries([...endpoint.path.matchAll(/\{([a-z_]+)\}/g)].map(([, name]) => [name, 'x']));
      const body = endpoint.body ? { body: {} } : {};
      await bot.isRefused('bots_cannot', endpoint, { params, ...body });
    }
    await bot.isRefused('bots_cannot', joinByInvite, { params: { code } });
  }),

  conformance('BOT-4', 'a deleted bot is out of everything, and its owner takes it along', async ({ people }) => {
    const [ada, dev] = await people('Ada', 'Dev');
    const club = await ada.founds('Tea club');
    const [first, second] = [await Bot.of(dev), await Bot.of(dev)];
    await letsIn(ada, club, first);
    await letsIn(ada, club, second);
    const said = await first.asks(messages.sendMessage, { params: { ...club.general }, body: { content: 'beep' } });
    await dev.asks(bots.deleteBot, { params: { bot: first.id } });
    assert.equal(await first.gateway?.closing(), 4004);
    await first.isRefused('session_ended', accounts.getAccount);
    await ada.sees('member.left', (d) => d.user === first.id);
    assert.deepEqual(
      (await ada.reads(club.general)).messages.map(({ id, content }) => [id, content]),
      [[said.id, 'beep']],
    );
    await dev.asks(accounts.deleteAccount, { body: { password: dev.password } });
    assert.equal(await second.gateway?.closing(), 4004);
    await ada.sees('member.left', (d) => d.user === second.id);
    assert.deepEqual((await ada.asks(spaceBots.listSpaceBots, { params: { space: club.space } })).bots, []);
  }),

  conformance(
    ['BOT-5', 'BOT-6', 'BOT-11'],
    'a community admits a bot by its handle, and the bot joins by itself',
    async ({ people }) => {
      const [ada, bo, dev] = await people('Ada', 'Bo', 'Dev');
      const club = await ada.founds('Tea club');
      await ada.invites(bo);
      const bot = await Bot.of(dev);
      const params = { space: club.space };
      const grant = { channels: 'all', events: [], content: false, actions: [], expires: null };
      await bo.isRefused('missing_permission', spaceBots.admitBot, { params, body: { bot: bot.handle, grant } });
      for (const named of [newHandle('nobody'), bo.handle, `${bot.handle}@nowhere.example`])
        await ada.isRefused('not_found', spaceBots.admitBot, { params, body: { bot: named, grant } });
      await ada.isRefused('invalid_body', spaceBots.admitBot, {
        params,
        body: { bot: bot.handle, grant: { ...grant, expires: 1 } },
      });
      await ada.isRefused('invalid_body', spaceBots.admitBot, {
        params,
        body: { bot: bot.handle, grant: { ...grant, actions: ['administrator'] } },
      });
      const elsewhere = { ...grant, channels: [`c_${'b'.repeat(26)}`] };
      await ada.isRefused('not_found', spaceBots.admitBot, { params, body: { bot: bot.handle, grant: elsewhere } });

      const admitted = await letsIn(ada, club, bot);
      assert.deepEqual([admitted.user.id, admitted.user.bot, admitted.grant.by], [bot.id, true, ada.id]);
      const { member } = await bo.sees('member.joined', (d) => d.member.user.id === bot.id);
      assert.equal(member.user.bot, true);
      await ada.sees('bot.granted', (d) => d.bot.user.id === bot.id);
      const { grant: own } = await bot.sees('space.joined').then((d) => d.space);
      assert.deepEqual(own, admitted.grant);
      await bo.seesNothingOf(
        ({ t }) => t === 'bot.granted',
        () => ada.says(club.general, 'sentinel'),
      );
      await ada.isRefused('bots_cannot', transferSpace, { params, body: { user: bot.id } });
    },
  ),

  conformance('BOT-7', 'a bot may what its roles and its grant both allow', async ({ people }) => {
    const [ada, dev] = await people('Ada', 'Dev');
    const club = await ada.founds('Tea club');
    const other = await ada.makesChannel(club, 'other');
    const bot = await Bot.of(dev);
    await letsIn(ada, club, bot, { channels: [club.general.channel] });
    const { channels } = await bot.asks(getSpace, { params: { space: club.space } });
    assert.ok(!channels.some(({ id }) => id === other.channel));
    const say = (place: typeof other) =>
      bot.tries(messages.sendMessage, { params: { ...place }, body: { content: 'x' } });
    assert.equal((await say(club.general)).status, 201);
    assert.equal(looksOf(await say(other)), looksOf(await say({ ...other, channel: `c_${'b'.repeat(26)}` })));
    const said = await ada.says(club.general, 'something');
    const deletion = { params: { ...club.general, message: said.id } };
    const mods = await ada.makesRole(club, 'mods', { permissions: ['message.manage', 'administrator'] });
    await ada.asks(spaceBots.changeBotGrant, {
      params: { space: club.space, bot: bot.id },
      body: { channels: 'all', events: ['message'], content: true, actions: ['message.manage'], expires: null },
    });
    await bot.isRefused('missing_permission', messages.deleteMessage, deletion);
    await ada.asks(messages.getMessage, deletion);
    const role = { params: { space: club.space, user: bot.id, role: mods.id } };
    await ada.asks(giveRole, role);
    await bot.asks(messages.deleteMessage, deletion);
    await bot.isRefused('missing_permission', messages.sendMessage, { params: { ...other }, body: { content: 'x' } });
    const { permissions } = await bot.asks(explainPermission, { params: { space: club.space }, query: {} });
    const send = permissions.find(({ permission }) => permission === 'message.send');
    assert.deepEqual([send?.allowed, send?.by], [false, 'grant']);
  }),

  conformance(
    ['BOT-7', 'BOT-8', 'BOT-11'],
    'a bot whose grant is taken back is nobody there at that moment',
    async ({ people }) => {
      const [ada, dev] = await people('Ada', 'Dev');
      const club = await ada.founds('Tea club');
      const bot = await Bot.of(dev);
      await letsIn(ada, club, bot);
      const params = { space: club.space, bot: bot.id };
      await ada.asks(spaceBots.revokeBot, { params });
      const looks = async (space: string) => looksOf(await bot.tries(getSpace, { params: { space } }));
      assert.equal(await looks(club.space), await looks(nowhere));
      await bot.isRefused('not_found', messages.sendMessage, { params: { ...club.general }, body: { content: 'x' } });
      assert.deepEqual((await bot.asks(listSpaces)).spaces, []);
      await ada.sees('member.left', (d) => d.user === bot.id);
      await ada.sees('bot.revoked', (d) => d.bot === bot.id);
      await bot.sees('space.left', (d) => d.space === club.space);
      await ada.says(club.general, 'between us');
      await ada.isRefused('not_found', spaceBots.revokeBot, { params });
      await letsIn(ada, await ada.founds('Other club'), bot);
      assert.ok(!bot.gateway?.texts.some((text) => text.includes('between us')));
      await admits(ada, club, bot.handle);
      await bot.until(() => bot.gateway!.events().filter(({ t }) => t === 'space.joined').length === 3);
      await ada.kicks(club, { id: bot.id } as typeof ada);
      await bot.isRefused('not_found', getSpace, { params: { space: club.space } });
      assert.deepEqual((await ada.asks(spaceBots.listSpaceBots, { params: { space: club.space } })).bots, []);
    },
  ),

  conformance(
    'BOT-8',
    'when its time is over a bot is no member any more',
    async ({ visitors, target }) => {
      const [ada, dev] = await visitors('Ada', 'Dev');
      const club = await ada.founds('Tea club');
      const bot = await Bot.of(dev);
      // By the clock of the homeserver, which others have moved before.
      const { created } = await ada.asks(getSpace, { params: { space: club.space } });
      await letsIn(ada, club, bot, { expires: created + 3_600_000 });
      await bot.asks(getSpace, { params: { space: club.space } });
      await target.advanceClock(3_700_000);
      await bot.isRefused('not_found', getSpace, { params: { space: club.space } });
      await bot.isRefused('not_found', messages.sendMessage, { params: { ...club.general }, body: { content: 'x' } });
    },
    { needs: ['advanceClock'] },
  ),

  conformance(
    ['BOT-9', 'BOT-10'],
    'a bot is told the kinds it was granted, and reads what mentions it',
    async ({ people }) => {
      const [ada, bo, dev] = await people('Ada', 'Bo', 'Dev');
      const club = await ada.founds('Tea club');
      const bot = await Bot.of(dev);
      await letsIn(ada, club, bot, { events: ['message'], content: false });
      await ada.invites(bo);
      const secret = await ada.says(club.general, 'a secret of ours');
      await bo.reacts(secret, '👍');
      await ada.edits(secret, 'another secret of ours');
      const called = await ada.says(club.general, `<@${bot.id}> hello`);
      assert.equal((await bot.hears(called)).content, called.content);
      const heard = await bot.hears(secret);
      assert.deepEqual([heard.content, heard.withheld], ['', true]);
      const edit = await bot.sees('message.updated', (d) => d.message === secret.id);
      assert.deepEqual([edit.content, edit.withheld], ['', true]);
      const told = bot.gateway!.events().map(({ t }) => t);
      assert.deepEqual(
        told.filter((t) => t.startsWith('member.') || t.startsWith('reaction.')),
        [],
      );
      const { messages: page } = await bot.asks(messages.listMessages, { params: { ...club.general }, query: {} });
      assert.deepEqual(
        page.map(({ content, withheld }) => [content, withheld]),
        [
          ['', true],
          [called.content, undefined],
        ],
      );
      const one = await bot.asks(messages.getMessage, { params: { ...club.general, message: secret.id } });
      assert.deepEqual([one.content, one.withheld], ['', true]);
      const own = await bot.asks(messages.sendMessage, { params: { ...club.general }, body: { content: 'mine' } });
      assert.equal((await bot.hears(own)).content, 'mine');
      assert.ok(!bot.gateway?.texts.some((text) => text.includes('secret of ours')));
      const params = { space: club.space };
      await bot.isRefused('not_granted', listMembers, { params });
      await bot.isRefused('not_granted', getMember, { params: { ...params, user: bo.id } });
    },
  ),
];
