import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GatewayEvent } from '../schemas/gateway/events.ts';
import type { Message } from '../schemas/objects.ts';
import type { UserSummary } from '../schemas/people.ts';
import { newIntentId } from './intent-id.ts';
import { channelOf } from './message-events.ts';
import { emptyMessageList, type MessageList } from './message-list.ts';
import * as list from './messages.ts';

const at = { space: `s_${'a'.repeat(32)}`, channel: `c_${'a'.repeat(26)}` };
const ada: UserSummary = { id: `u_${'a'.repeat(32)}`, handle: 'ada', display_name: 'Ada' };
const bob: UserSummary = { id: `u_${'b'.repeat(32)}`, handle: 'bob', display_name: 'Bob' };
const me = ada.id;
const mentions = { users: [], roles: [], everyone: false };

const message = (id: string, over: Partial<Message> = {}): Message => ({
  id,
  ...at,
  author: bob,
  content: `text of ${id}`,
  ts: 1,
  edited: null,
  reply_to: null,
  mentions,
  reactions: [],
  pinned: false,
  ...over,
});
const created = (id: string, over?: Partial<Message>): GatewayEvent => ({
  t: 'message.created',
  d: { message: message(id, over) },
});
const deleted = (...messages: string[]): GatewayEvent => ({ t: 'message.deleted', d: { ...at, messages } });
const edited = (id: string, content: string, ts: number): GatewayEvent => ({
  t: 'message.updated',
  d: { ...at, message: id, content, edited: ts, mentions },
});
const reacted = (id: string, user: string, emoji = '👍'): GatewayEvent => ({
  t: 'reaction.added',
  d: { ...at, message: id, emoji, user },
});
const unreacted = (id: string, user: string): GatewayEvent => ({
  t: 'reaction.removed',
  d: { ...at, message: id, emoji: '👍', user },
});
const page = (ids: string[], more_before = false, more_after = false): list.MessagePage => ({
  messages: ids.map((id) => message(id)),
  more_before,
  more_after,
});
const idsOf = (state: MessageList) => state.messages.map(({ id }) => id);

/** Asks for a page, lets events happen, and takes the answer. */
function load(
  state: MessageList,
  answer: list.MessagePage,
  place: list.Place,
  ...meanwhile: GatewayEvent[]
): MessageList {
  const started = list.startLoad(state);
  const changed = meanwhile.reduce((old, event) => list.applyMessageEvent(old, event, me), started.list);
  return list.takePage(changed, started.load, answer, place, me);
}
const apply = (state: MessageList, ...events: GatewayEvent[]) =>
  events.reduce((old, event) => list.applyMessageEvent(old, event, me), state);
const opened = load(emptyMessageList, page(['1.8', '1.9'], true), 'replace');

test('pages join what is there', () => {
  const older = load(opened, page(['1.2', '1.5', '1.8']), 'before');
  assert.deepEqual([idsOf(older), older.more_before, older.more_after], [['1.2', '1.5', '1.8', '1.9'], false, false]);
});

test('live messages are added at the end, in the order of their positions, once', () => {
  assert.deepEqual(idsOf(apply(opened, created('1.12'), created('1.10'), created('1.12'))), [
    '1.8',
    '1.9',
    '1.10',
    '1.12',
  ]);
});

test('while newer messages are missing live ones wait, until the pages reach them', () => {
  const around = load(opened, page(['1.2', '1.3'], true, true), 'replace');
  const later = apply(around, created('1.10'));
  assert.deepEqual(idsOf(later), ['1.2', '1.3']);
  const reached = load(later, page(['1.8', '1.9', '1.10']), 'after', created('1.11'));
  assert.deepEqual([idsOf(reached), reached.more_after], [['1.2', '1.3', '1.8', '1.9', '1.10', '1.11'], false]);
});

test('what happens while a page is loaded is applied to it, whether the page knew it or not', () => {
  const meanwhile = [created('1.9'), created('1.10'), edited('1.8', 'new', 5), deleted('1.7')];
  const state = load(emptyMessageList, page(['1.7', '1.8', '1.9']), 'replace', ...meanwhile);
  assert.deepEqual(idsOf(state), ['1.8', '1.9', '1.10']);
  assert.equal(state.messages[0]!.content, 'new');
});

test('an older edit does not undo a newer one', () => {
  const answer = { ...page([]), messages: [message('1.8', { content: 'newest', edited: 9 })] };
  assert.equal(load(emptyMessageList, answer, 'replace', edited('1.8', 'older', 5)).messages[0]!.content, 'newest');
});

test('a reaction while a page is loaded is asked for again', () => {
  const state = load(emptyMessageList, page(['1.8']), 'replace', reacted('1.8', bob.id));
  assert.deepEqual([state.stale, state.messages[0]!.reactions], [['1.8'], []]);
  const again = list.startLoad(state);
  const reactions = [{ emoji: '👍', count: 1, me: false }];
  const fresh = list.takeMessage(again.list, again.load, message('1.8', { reactions }), me);
  assert.deepEqual([fresh.stale, fresh.messages[0]!.reactions], [[], reactions]);
});

test('a page that was asked for before a jump is dropped', () => {
  const older = list.startLoad(opened);
  const jumped = load(older.list, page(['1.2']), 'replace');
  assert.equal(list.takePage(jumped, older.load, page(['1.7']), 'before', me), jumped);
});

test('reactions are counted, the own one is marked', () => {
  const two = apply(opened, reacted('1.9', bob.id), reacted('1.9', me), reacted('1.9', bob.id, '🎉'));
  assert.deepEqual(two.messages[1]!.reactions, [
    { emoji: '👍', count: 2, me: true },
    { emoji: '🎉', count: 1, me: false },
  ]);
  assert.deepEqual(apply(two, unreacted('1.9', me)).messages[1]!.reactions[0], { emoji: '👍', count: 1, me: false });
  assert.deepEqual(apply(two, unreacted('1.9', me), unreacted('1.9', bob.id)).messages[1]!.reactions.length, 1);
});

test('pins, deletions and new names of authors', () => {
  const state = apply(opened, { t: 'pin.added', d: { ...at, message: '1.9' } }, deleted('1.8'), {
    t: 'user.updated',
    d: { user: { ...bob, display_name: 'Robert' } },
  });
  assert.deepEqual(
    state.messages.map(({ id, pinned, author }) => [id, pinned, author.display_name]),
    [['1.9', true, 'Robert']],
  );
});

test('a message that waits for its hub stays in its place until it comes or is refused', () => {
  const intent = newIntentId();
  const sent = { intent, content: 'hi', reply_to: '1.1', ts: 1 };
  const told = { ...sent, reply_to: null };
  const waiting = list.waitPending(list.sendPending(opened, sent), told);
  assert.deepEqual(waiting.pending, [{ ...sent, state: 'waiting' }]);
  assert.deepEqual(list.waitPending(opened, told).pending, [{ ...told, state: 'waiting' }]);
  const arrived = apply(waiting, created('1.10', { author: ada, intent }));
  assert.equal(arrived.pending.length, 0);
  assert.equal(list.waitPending(arrived, told).pending.length, 0);
});

test('an own message is pending until its answer or its event comes, whichever is first', () => {
  const intent = newIntentId();
  const pending = list.sendPending(opened, { intent, content: 'hi', reply_to: null, ts: 1 });
  assert.deepEqual(
    pending.pending.map(({ state }) => state),
    ['sending'],
  );
  const own = message('1.10', { author: ada, intent });
  const answered = list.confirmPending(pending, own);
  for (const state of [
    answered,
    apply(pending, created('1.10', own)),
    apply(answered, created('1.10', own)),
    load(pending, { ...page([]), messages: [own] }, 'replace'),
  ]) {
    assert.equal(idsOf(state).at(-1), '1.10');
    assert.equal(state.pending.length, 0);
  }
});

test('a message that failed is sent again under the same intent, or let go', () => {
  const intent = newIntentId();
  const sent = { intent, content: 'hi', reply_to: null, ts: 1 };
  const failed = list.failPending(list.sendPending(opened, sent), intent, { code: 'network' });
  assert.deepEqual(failed.pending, [{ ...sent, state: 'failed', failure: { code: 'network' } }]);
  assert.deepEqual(list.sendPending(failed, sent).pending, [{ ...sent, state: 'sending' }]);
  assert.deepEqual(list.discardPending(failed, intent).pending, []);
});

test('a missing newest message is noticed', () => {
  assert.equal(list.hasGap(opened, '1.9'), false);
  assert.equal(list.hasGap(opened, '1.10'), true);
  assert.equal(list.hasGap(emptyMessageList, '1.10'), false);
});

test('messages far from what is in view can be let go', () => {
  assert.deepEqual(list.trimMessages(opened, 1, 'before'), {
    ...opened,
    messages: [message('1.9')],
    more_before: true,
  });
  assert.deepEqual(list.trimMessages(opened, 1, 'after'), { ...opened, messages: [message('1.8')], more_after: true });
});

test('an event says which channel it concerns', () => {
  assert.deepEqual(channelOf(created('1.1')), at);
  assert.deepEqual(channelOf(deleted('1.1')), at);
  assert.equal(channelOf({ t: 'user.updated', d: { user: bob } }), undefined);
});

test('an intent id has the form that the schema asks for', () => {
  assert.match(newIntentId(), /^i_[a-z2-7]{26}$/);
  assert.notEqual(newIntentId(), newIntentId());
});
