import assert from 'node:assert/strict';
import { revokeBot } from '@folkmoot/protocol-spec/schemas/client/space-bots.ts';
import { admits, Bot, type Terms } from '../../bots.ts';
import { type FederatedScene, federated } from '../../federated-case.ts';
import type { Community, Person } from '../../person.ts';
import { readLine } from '../../puppet/check-lines.ts';
import { randomId } from '../../puppet/keys.ts';
import { notFound } from '../../puppet/puppet.ts';
import { PuppetUser } from '../../puppet/puppet-user.ts';
import { eventually } from '../../waiting.ts';
import { streamPath } from './stream-path.ts';

/** A bot of a puppet, which is found by its handle. */
class PuppetBot extends PuppetUser {
  override identity(more: object = {}) {
    return super.identity({ bot: true, ...more });
  }

  isFound(): void {
    const profile = { ...this.profile, bio: '', pronouns: '', created: 1_700_000_000_000 };
    const user = { body: JSON.stringify({ v: 1, user: profile }) };
    this.puppet.instead = ({ path, body }) => {
      if (path !== '/users/query') return undefined;
      return (JSON.parse(body) as { handle: string }).handle === this.handle ? user : notFound;
    };
  }

  enters({ space }: Community) {
    return this.puppet.intends(this.deed(space, '_', 'member.join', { profile: this.profile }));
  }
}

async function botAt(scene: FederatedScene, owner: Person, club: Community, terms: Partial<Terms>): Promise<PuppetBot> {
  const bot = new PuppetBot(await scene.puppet(), 'robot');
  bot.isFound();
  await admits(owner, club, `robot@${bot.puppet.name}`, terms);
  return bot;
}

export const botAcrossCases = [
  federated(
    'BOT-12',
    'the homeserver of a bot is told of a grant until it takes that, and the bot comes in by it',
    async (scene) => {
      const [owner] = await scene.people('owner');
      const club = await owner.founds('With robots');
      const bot = new PuppetBot(await scene.puppet(), 'robot');
      bot.isFound();
      const found = bot.puppet.instead!;
      let refusals = 2;
      bot.puppet.instead = (asked) => {
        if (asked.path !== '/bots/grants') return found(asked);
        return refusals-- > 0 ? { status: 503, body: '{}' } : { status: 202, body: '{"v":1}' };
      };
      const stranger = new PuppetBot(bot.puppet, 'stranger');
      assert.equal((await stranger.enters(club))['ok'], false);
      await admits(owner, club, `robot@${bot.puppet.name}`);
      const letters = () =>
        bot.puppet.asked.filter(({ path }) => path === '/bots/grants').map(({ body }) => JSON.parse(body));
      await eventually(scene.signal, async () => letters().length === 3, 'the grant is told a third time');
      assert.equal(new Set(letters().map(({ id }) => id)).size, 1);
      assert.deepEqual([letters()[0].bot, letters()[0].space], [bot.id, club.space]);
      assert.equal((await bot.enters(club))['ok'], true);
      await owner.sees('member.joined', (d) => d.member.user.id === bot.id && d.member.user.bot === true);
      await bot.says(club.general, 'at your service');
      await owner.sees('message.created', (d) => d.message.content === 'at your service');
      await owner.asks(revokeBot, { params: { space: club.space, bot: bot.id } });
      assert.deepEqual(await bot.refused(bot.message(club.general, 'still here')), [404, 'not_found']);
    },
  ),

  federated('BOT-12', 'a grant of another homeserver lets an own bot join there, and nobody else', async (scene) => {
    const hub = await scene.hub();
    const [dev] = await scene.people('dev');
    const bot = await Bot.of(dev);
    const letter = (user: string) => ({ v: 1, id: randomId('i_'), bot: user, space: hub.space });
    const unknown = await hub.puppet.posts('/bots/grants', letter(`u_${'a'.repeat(32)}`));
    assert.deepEqual([unknown.status, unknown.code], [404, 'not_found']);
    assert.equal((await hub.puppet.posts('/bots/grants', letter(dev.id))).status, 404);
    const found = await hub.puppet.posts('/users/query', { v: 1, handle: bot.handle, from: hub.owner.id });
    const { identity, display_name } = found.body['user'] as { identity: object; display_name: string };
    const grant = { channels: 'all', events: ['message'], content: true, actions: ['message.send'], expires: null };
    hub.push('_', hub.add('_', 'bot.grant', { bot: bot.id, profile: { identity, display_name }, ...grant }));
    const granted = letter(bot.id);
    assert.equal((await hub.puppet.posts('/bots/grants', granted)).status, 202);
    const joins = () => hub.answers.taken.filter(({ type }) => type === 'member.join');
    await bot.sees('space.joined', (d) => d.space.id === hub.space);
    assert.equal(joins().length, 1);
    assert.equal((await hub.puppet.posts('/bots/grants', granted)).status, 202);
    await hub.puppet.says();
    assert.equal(joins().length, 1);
  }),

  federated(
    'BOT-13',
    'a homeserver with nothing but bots in a channel reads what these were granted',
    async (scene) => {
      const [owner] = await scene.people('owner');
      const club = await owner.founds('With robots');
      const bot = await botAt(scene, owner, club, { events: ['message'], content: false });
      assert.equal((await bot.enters(club))['ok'], true);
      const live = await bot.puppet.follows();
      await live.heads(club.space);
      const secret = await owner.says(club.general, 'between us people');
      const called = await owner.says(club.general, `<@${bot.id}> are you there?`);
      await owner.reacts(called, '👍');
      await bot.says(club.general, 'I am');
      await live.hears('I am');
      const { lines } = await bot.puppet.gets(streamPath(club.general));
      const read = lines.map((line) => readLine(line));
      const payloadAt = (id: string) => read.find(({ epoch, seq }) => `${epoch}.${seq}` === id)?.p;
      assert.equal(payloadAt(secret.id), null);
      assert.ok(JSON.stringify(payloadAt(called.id)).includes('are you there?'));
      assert.ok(lines.some((line) => line.includes('I am')));
      const heard = [...bot.puppet.heard, ...lines].join();
      assert.ok(!heard.includes('between us people'));
      assert.ok(!heard.includes('👍'), 'reactions were not granted');
    },
  ),
];
