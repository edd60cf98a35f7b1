import assert from 'node:assert/strict';
import * as messages from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { newIntentId } from '@folkmoot/protocol-spec/client/intent-id.ts';
import { updateChannel } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { eventually } from '../waiting.ts';
import { conformance } from '../case.ts';
import { placeOf } from '../person.ts';

export const messageCases = [
  conformance(['MSG-1', 'GW-16'], 'a message reaches everybody who may see it', async ({ people }) => {
    const [author, reader] = await people('author', 'reader');
    const club = await author.founds('Tea club');
    await author.invites(reader);
    const sent = await author.says(club.general, 'hello');
    const heard = await reader.hears(sent);
    assert.deepEqual(heard, sent);
    assert.deepEqual(await author.hears(sent), sent);
  }),

  conformance(['MSG-1', 'STR-10'], 'fifty tries with one nonce are one message (C53)', async ({ people }) => {
    const [author, reader] = await people('author', 'reader');
    const club = await author.founds('Tea club');
    await author.invites(reader);
    const nonce = newIntentId();
    const sent = await Promise.all(Array.from({ length: 50 }, () => author.says(club.general, 'once', { nonce })));
    assert.deepEqual([...new Set(sent.map(({ id }) => id))], [sent[0]!.id]);
    assert.equal(sent[0]!.intent, nonce);
    const other = await author.says(club.general, 'something else', { nonce });
    assert.deepEqual([other.id, other.content], [sent[0]!.id, 'once']);
    const last = await author.says(club.general, 'sentinel');
    await reader.hears(last);
    const heard = reader.gateway!.events().filter(({ t }) => t === 'message.created');
    assert.equal(heard.length, 2);
    assert.equal((await reader.reads(club.general)).messages.length, 2);
  }),

  conformance('MSG-1', 'the nonce of somebody else gives nothing of theirs away', async ({ people }) => {
    const [author, reader, stranger] = await people('author', 'reader', 'stranger');
    const club = await author.founds('Tea club');
    await author.invites(reader);
    const nonce = newIntentId();
    await author.says(club.general, 'mine', { nonce });
    const mine = await reader.says(club.general, 'yours', { nonce: newIntentId() });
    assert.equal(mine.author.id, reader.id);
    for (const person of [reader, stranger]) {
      const place = person === reader ? club.general : (await person.founds('Own club')).general;
      const answer = await person.tries(messages.sendMessage, {
        params: { ...place },
        body: { content: 'theirs', nonce },
      });
      assert.ok(!answer.text.includes('"mine"'), answer.text);
    }
  }),

  conformance('MSG-1', 'a reply names a message of its channel', async ({ people }) => {
    const [author, reader] = await people('author', 'reader');
    const club = await author.founds('Tea club');
    await author.invites(reader);
    const elsewhere = await author.makesChannel(club, 'elsewhere');
    const first = await author.says(club.general, 'question');
    const reply = await reader.says(club.general, 'answer', { reply_to: first.id });
    assert.equal((await author.hears(reply)).reply_to, first.id);
    await reader.isRefused('not_found', messages.sendMessage, {
      params: { ...elsewhere },
      body: { content: 'answer', reply_to: '1.4000' },
    });
    await author.deletes(first);
    const body = { content: 'too late', reply_to: first.id };
    await reader.isRefused('not_found', messages.sendMessage, { params: { ...club.general }, body });
  }),

  conformance('MSG-1', 'only text channels take messages', async ({ people }) => {
    const [author] = await people('author');
    const club = await author.founds('Tea club');
    for (const kind of ['voice', 'category'] as const) {
      const place = await author.makesChannel(club, kind, { kind });
      const params = { ...place };
      await author.isRefused('not_found', messages.sendMessage, { params, body: { content: 'hello' } });
      await author.isRefused('not_found', messages.startTyping, { params });
    }
  }),

  conformance('MSG-3', 'only the author edits a message, and everybody sees that it was', async ({ people }) => {
    const [owner, author] = await people('owner', 'author');
    const club = await owner.founds('Tea club');
    await owner.invites(author);
    const sent = await author.says(club.general, 'helo');
    await owner.isRefused('forbidden', messages.editMessage, { params: placeOf(sent), body: { content: 'hacked' } });
    const edited = await author.edits(sent, 'hello');
    assert.deepEqual([edited.id, edited.content, edited.ts], [sent.id, 'hello', sent.ts]);
    assert.ok(edited.edited !== null);
    const seen = await owner.sees('message.updated', (d) => d.message === sent.id);
    assert.deepEqual([seen.content, seen.edited], ['hello', edited.edited]);
    assert.equal((await owner.opens(club)).channels[0]!.view.unread, 1);
  }),

  conformance('MSG-4', 'a deleted message is gone for everybody, with edits, reactions and pin', async ({ people }) => {
    const [owner, author] = await people('owner', 'author');
    const club = await owner.founds('Tea club');
    await owner.invites(author);
    const sent = await author.says(club.general, 'secret one');
    await author.edits(sent, 'secret two');
    await owner.reacts(sent, '👍');
    await owner.pins(sent);
    await author.deletes(sent);
    await owner.sees('message.deleted', (d) => d.messages.includes(sent.id));
    for (const person of [owner, author]) {
      await person.isRefused('not_found', messages.getMessage, { params: placeOf(sent) });
      assert.deepEqual((await person.reads(club.general)).messages, []);
      const pins = await person.asks(messages.listPins, { params: { ...club.general } });
      assert.deepEqual(pins.messages, []);
    }
    await author.isRefused('not_found', messages.editMessage, { params: placeOf(sent), body: { content: 'back' } });
    await author.isRefused('not_found', messages.deleteMessage, { params: placeOf(sent) });
    assert.equal((await owner.opens(club)).channels[0]!.view.unread, 1, 'it still counts as a message that came');
  }),

  conformance(
    ['MSG-4', 'STR-21'],
    'what was deleted is not stored any more',
    async ({ visitors, target }) => {
      const [author] = await visitors('author');
      const club = await author.founds('Tea club');
      const word = `plum-${newIntentId()}`;
      const sent = await author.says(club.general, `${word} one`);
      await author.edits(sent, `${word} two`);
      await author.deletes(sent);
      const kept = await author.says(club.general, `${word} kept`);
      await target.restart();
      const stored = await target.storedBytes();
      assert.ok(stored.includes(kept.content), 'the right bytes are looked at');
      for (const text of [`${word} one`, `${word} two`]) assert.ok(!stored.includes(text), text);
    },
    { needs: ['storedBytes', 'restart'] },
  ),

  conformance('MSG-4', 'a moderator deletes what others wrote, a member does not', async ({ people }) => {
    const [owner, author, other] = await people('owner', 'author', 'other');
    const club = await owner.founds('Tea club');
    await owner.invites(author);
    await owner.invites(other);
    const sent = await author.says(club.general, 'rude');
    const error = await other.isRefused('missing_permission', messages.deleteMessage, { params: placeOf(sent) });
    assert.equal(error.details?.['permission'], 'message.manage');
    await owner.deletes(sent);
    await author.sees('message.deleted', (d) => d.messages.includes(sent.id));
  }),

  conformance(
    ['MSG-1', 'MSG-10'],
    'a retry is no second message, so nothing that came since is in its way',
    async ({ people }) => {
      const [owner, author] = await people('owner', 'author');
      const club = await owner.founds('Tea club');
      await owner.invites(author);
      await owner.asks(updateChannel, { params: { ...club.general }, body: { slow_mode: 3_600 } });
      const nonce = newIntentId();
      const sent = await author.says(club.general, 'once', { nonce });
      assert.equal((await author.says(club.general, 'once', { nonce })).id, sent.id);
      await owner.timesOut(club, author, Date.now() + 60_000);
      assert.equal((await author.says(club.general, 'once', { nonce })).id, sent.id);
      await owner.kicks(club, author);
      const params = { ...club.general };
      await author.isRefused('not_found', messages.sendMessage, { params, body: { content: 'once', nonce } });
    },
  ),

  conformance(
    'MSG-10',
    'slow mode holds members back and not moderators, also after a deletion',
    async ({ people, signal }) => {
      const [owner, author] = await people('owner', 'author');
      const club = await owner.founds('Tea club');
      await owner.invites(author);
      await owner.asks(updateChannel, { params: { ...club.general }, body: { slow_mode: 3_600 } });
      const first = await author.says(club.general, 'one');
      const params = { ...club.general };
      const refusal = await author.isRefused('slow_mode', messages.sendMessage, { params, body: { content: 'two' } });
      assert.ok((refusal.retry ?? 0) > 0 && (refusal.retry ?? 0) <= 3_600_000);
      await author.deletes(first);
      await author.isRefused('slow_mode', messages.sendMessage, { params, body: { content: 'two' } });
      await owner.says(club.general, 'one');
      await owner.says(club.general, 'two');
      await owner.asks(updateChannel, { params: { ...club.general }, body: { slow_mode: 2 } });
      await eventually(
        signal,
        async () => (await author.tries(messages.sendMessage, { params, body: { content: 'two' } })).status === 201,
        'the time is over',
      );
    },
  ),

  conformance('MSG-8', 'typing is told to those who may view the channel and to nobody else', async ({ people }) => {
    const [owner, friend, other] = await people('owner', 'friend', 'other');
    const club = await owner.founds('Tea club');
    await owner.invites(friend);
    await owner.invites(other);
    const secret = await owner.makesChannel(club, 'secret', { private: true });
    await owner.overrides(secret, friend.id, { allow: ['channel.view'] });
    // Typing is told to those who see the channel then, and to nobody later.
    await friend.sees('channel.created', (d) => d.channel.id === secret.channel);
    const begin = Date.now();
    await owner.types(secret);
    const { user, until } = await friend.sees('typing.started', (d) => d.channel === secret.channel);
    assert.equal(user.id, owner.id);
    assert.ok(until >= begin + 9_000 && until <= Date.now() + 11_000);
    await owner.types(club.general);
    await other.sees('typing.started', (d) => d.channel === club.general.channel);
    await other.seesNothingWith(secret.channel, () => owner.says(club.general, 'sentinel'));
  }),
];
