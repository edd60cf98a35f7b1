import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyMessageList, type MessageList } from '@folkmoot/protocol-spec/client/message-list.ts';
import type { Message } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { rowsOf } from './rows.ts';

const noon = new Date(2026, 4, 2, 12).getTime();
const minute = 60_000;

function message(seq: number, author: string, ts: number, rest: Partial<Message> = {}): Message {
  return {
    id: `1.${seq}`,
    space: 's',
    channel: 'c',
    author: { id: author, handle: author, display_name: author },
    content: 'text',
    ts,
    edited: null,
    reply_to: null,
    mentions: { users: [], roles: [], everyone: false },
    reactions: [],
    pinned: false,
    ...rest,
  };
}

function listOf(messages: Message[], rest: Partial<MessageList> = {}): MessageList {
  return { ...emptyMessageList, more_before: false, more_after: false, messages, ...rest };
}

test('messages of one person within minutes stand together; a reply, another person and a pause begin anew', () => {
  const rows = rowsOf(
    listOf([
      message(1, 'ann', noon),
      message(2, 'ann', noon + minute),
      message(3, 'ben', noon + 2 * minute),
      message(4, 'ben', noon + 3 * minute, { reply_to: '1.1' }),
      message(5, 'ben', noon + 30 * minute),
    ]),
    undefined,
    'me',
  );
  assert.deepEqual(
    rows.map((row) => row.head),
    [true, false, true, true, true],
  );
  assert.equal(rows[0]?.first, true);
});

test('a day begins with a line', () => {
  const rows = rowsOf(listOf([message(1, 'ann', noon), message(2, 'ann', noon + 24 * 60 * minute)]), undefined, 'me');
  assert.ok(rows[0]?.day !== undefined && rows[1]?.day !== undefined);
  assert.equal(rows[1].head, true);
});

test('what is new begins after the last message that was read, and not with an own one', () => {
  const messages = [message(1, 'ann', noon), message(2, 'me', noon), message(3, 'ann', noon), message(4, 'ann', noon)];
  const rows = rowsOf(listOf(messages), '1.1', 'me');
  assert.deepEqual(
    rows.map((row) => row.firstNew),
    [false, false, true, false],
  );
});

test('where older unread messages are not loaded nothing claims to be the first new one', () => {
  const rows = rowsOf(listOf([message(9, 'ann', noon), message(10, 'ann', noon)], { more_before: true }), '1.1', 'me');
  assert.ok(rows.every((row) => !row.firstNew));
});

test('what is on its way stands at the end, unless newer messages are missing', () => {
  const pending = [{ intent: 'i', content: 'soon', reply_to: null, ts: noon + minute, state: 'sending' as const }];
  const sent = [message(1, 'me', noon)];
  assert.equal(rowsOf(listOf(sent, { pending }), undefined, 'me').at(-1)?.key, 'i');
  assert.equal(rowsOf(listOf(sent, { pending, more_after: true }), undefined, 'me').length, 1);
});
