import assert from 'node:assert/strict';
import * as channels from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { getMessage, sendMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { conformance } from '../case.ts';
import { assertSame } from '../expect.ts';
import { placeOf } from '../person.ts';

export const channelCases = [
  conformance('CHN-1', 'a channel begins empty and is told to those who may see it', async ({ people }) => {
    const [ada, bo] = await people('Ada', 'Bo');
    const club = await ada.founds('Tea club');
    await ada.invites(bo);
    const channel = await ada.asks(channels.createChannel, {
      params: { space: club.space },
      body: { kind: 'text', name: 'plans' },
    });
    const { id } = channel;
    assertSame(
      channel,
      { id, kind: 'text', name: 'plans', topic: '', parent: null, order: 0, slow_mode: 0, overrides: [] },
      'a new channel',
    );
    await bo.sees('channel.created', (d) => d.channel.id === id);
    await ada.hears(await bo.says({ space: club.space, channel: id }, 'first'));
  }),

  conformance(
    ['CHN-1', 'PERM-10'],
    'a private channel is for its maker only, until overrides say more',
    async ({ people }) => {
      const [ada, bo] = await people('Ada', 'Bo');
      const club = await ada.founds('Tea club');
      await ada.invites(bo);
      const secret = await ada.makesChannel(club, 'surprise party', { private: true });
      await ada.says(secret, 'do not tell Bo');
      await bo.seesNothingWith(secret.channel, () => ada.says(club.general, 'sentinel'));
      assert.ok(!(await bo.opens(club)).channels.some(({ id }) => id === secret.channel));
      await ada.overrides(secret, bo.id, { allow: ['channel.view'] });
      const { view } = await bo.sees('channel.created', (d) => d.channel.id === secret.channel);
      assert.ok(view?.last);
      await bo.hears(await ada.says(secret, 'now you know'));
      await ada.overrides(secret, bo.id, { deny: ['channel.view'] });
      await bo.sees('channel.deleted', (d) => d.channel === secret.channel);
      const before = bo.gateway!.texts.length;
      await ada.says(secret, 'he is gone');
      await bo.hears(await ada.says(club.general, 'second sentinel'));
      assert.ok(!bo.gateway!.texts.slice(before).some((text) => text.includes('he is gone')));
    },
  ),

  conformance('CHN-2', 'a channel changes only where it is told to', async ({ people }) => {
    const [ada, bo] = await people('Ada', 'Bo');
    const club = await ada.founds('Tea club');
    await ada.invites(bo);
    const other = await bo.founds('Other club');
    const category = await ada.makesChannel(club, 'Work', { kind: 'category' });
    const foreign = await bo.makesChannel(other, 'Theirs', { kind: 'category' });
    const params = { ...club.general };
    const changed = await ada.asks(channels.updateChannel, {
      params,
      body: { topic: 'Tea', parent: category.channel },
    });
    assert.deepEqual([changed.name, changed.topic, changed.parent], ['general', 'Tea', category.channel]);
    await bo.sees('channel.updated', (d) => d.channel.topic === 'Tea');
    for (const parent of [club.general.channel, foreign.channel, `c_${'a'.repeat(26)}`]) {
      await ada.isRefused('invalid_body', channels.updateChannel, { params, body: { parent } });
    }
    await ada.isRefused('invalid_body', channels.updateChannel, {
      params: { ...category },
      body: { parent: category.channel },
    });
    await bo.isRefused('missing_permission', channels.updateChannel, { params, body: { topic: 'Coffee' } });
  }),

  conformance(
    'CHN-3',
    'a deleted channel is gone with what was said in it, and a category leaves its channels',
    async ({ people }) => {
      const [ada, bo] = await people('Ada', 'Bo');
      const club = await ada.founds('Tea club');
      await ada.invites(bo);
      const category = await ada.makesChannel(club, 'Work', { kind: 'category' });
      const plans = await ada.makesChannel(club, 'plans', { parent: category.channel });
      const message = await bo.says(plans, 'soon gone');
      await bo.isRefused('missing_permission', channels.deleteChannel, { params: { ...plans } });
      await ada.asks(channels.deleteChannel, { params: { ...category } });
      await bo.sees('channel.deleted', (d) => d.channel === category.channel);
      await bo.asks(getMessage, { params: placeOf(message) });
      await ada.asks(channels.deleteChannel, { params: { ...plans } });
      await bo.sees('channel.deleted', (d) => d.channel === plans.channel);
      for (const person of [ada, bo]) await person.isRefused('not_found', getMessage, { params: placeOf(message) });
      await ada.isRefused('not_found', channels.deleteChannel, { params: { ...plans } });
    },
  ),

  conformance('CHN-4', 'an override replaces the one before, and allow wins over deny', async ({ people }) => {
    const [ada, bo, stranger] = await people('Ada', 'Bo', 'Stranger');
    const club = await ada.founds('Tea club');
    await ada.invites(bo);
    const params = { ...club.general, target: bo.id };
    await ada.overrides(club.general, bo.id, { deny: ['message.send', 'reaction.add'] });
    await bo.sees('channel.updated', (d) => d.channel.overrides.length === 1);
    const both = { allow: ['message.send'], deny: ['message.send'] } as const;
    const channel = await ada.asks(channels.setOverride, {
      params,
      body: { allow: [...both.allow], deny: [...both.deny] },
    });
    assert.equal(channel.overrides.length, 1);
    await bo.says(club.general, 'allowed');
    await ada.asks(channels.removeOverride, { params });
    await ada.isRefused('not_found', channels.removeOverride, { params });
    const unknown = { ...club.general, target: stranger.id };
    const body = { allow: [], deny: ['channel.view'] };
    await ada.isRefused('not_found', channels.setOverride, { params: unknown, body });
    const noRole = { ...club.general, target: `r_${'a'.repeat(26)}` };
    await ada.isRefused('not_found', channels.setOverride, { params: noRole, body });
  }),

  conformance('CHN-5', 'leaving is no way around an override', async ({ people }) => {
    const [ada, bo] = await people('Ada', 'Bo');
    const club = await ada.founds('Tea club');
    await ada.invites(bo);
    await ada.overrides(club.general, bo.id, { deny: ['message.send'] });
    await bo.leaves(club);
    await ada.invites(bo, club);
    await bo.isRefused('missing_permission', sendMessage, { params: { ...club.general }, body: { content: 'hello' } });
  }),
];
