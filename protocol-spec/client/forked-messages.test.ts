import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GatewayEvent } from '../schemas/gateway/events.ts';
import type { Message } from '../schemas/objects.ts';
import { newIntentId } from './intent-id.ts';
import { emptyMessageList } from './message-list.ts';
import { applyMessageEvent } from './messages.ts';

const at = { space: `s_${'a'.repeat(32)}`, channel: `c_${'a'.repeat(26)}` };
const author = { id: `u_${'b'.repeat(32)}`, handle: 'bob', display_name: 'Bob' };
const intent = newIntentId();
const message = (id: string, over: Partial<Message> = {}): Message => ({
  id,
  ...at,
  author,
  content: `text of ${id}`,
  ts: 1,
  edited: null,
  reply_to: null,
  mentions: { users: [], roles: [], everyone: false },
  reactions: [],
  pinned: false,
  ...over,
});
const before = {
  ...emptyMessageList,
  more_after: false,
  messages: [message('1.4'), message('1.5', { edited: 7 }), message('1.6', { intent, pinned: true })],
};
const forked = (lost: number): GatewayEvent => ({
  t: 'stream.forked',
  d: { ...at, fork: '1.5', start: '2.0', lost },
});

test('[EPO-4] what came after the fork point is marked, and what may have been changed after it is asked for again', () => {
  const list = applyMessageEvent(before, forked(3), author.id);
  assert.deepEqual(
    list.messages.map(({ id, orphaned = false, pinned }) => [id, orphaned, pinned]),
    [
      ['1.4', false, false],
      ['1.5', false, false],
      ['1.6', true, false],
    ],
  );
  assert.deepEqual(list.stale, ['1.5']);
});

test('[EPO-4] a fork that lost nothing changes nothing', () => {
  assert.equal(applyMessageEvent(before, forked(0), author.id), before);
});

test('[EPO-5] a message that was lost and is said again is there once', () => {
  const lost = applyMessageEvent(before, forked(1), author.id);
  const again = message('2.3', { intent });
  const list = applyMessageEvent(lost, { t: 'message.created', d: { message: again } }, author.id);
  assert.deepEqual(
    list.messages.map(({ id }) => id),
    ['1.4', '1.5', '2.3'],
  );
});
