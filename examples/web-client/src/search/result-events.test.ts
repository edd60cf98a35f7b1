import assert from 'node:assert/strict';
import { test } from 'node:test';
import { searchTermsOf } from '@folkmoot/protocol-spec/client/search-words.ts';
import type { GatewayEvent } from '@folkmoot/protocol-spec/schemas/gateway/events.ts';
import type { Message } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { changeResults } from './result-events.ts';
import type { SearchQuery } from './search-query.ts';

const mentions = { users: [], roles: [], everyone: false };

function message(channel: string, seq: number, content: string): Message {
  return {
    id: `1.${seq}`,
    space: 's',
    channel,
    author: { id: 'u_wren', handle: 'wren', display_name: 'Wren' },
    content,
    ts: seq,
    edited: null,
    reply_to: null,
    mentions,
    reactions: [],
    pinned: false,
  };
}

const results = [
  message('b', 1, 'acorns roll'),
  message('a', 1, 'an acorn'),
  message('a', 0, 'the acorn https://a.example'),
];

/** What the results say after an event. */
function after(event: unknown, query: SearchQuery = { q: 'acorn' }): readonly string[] {
  const asked = { query, terms: searchTermsOf(query.q ?? '') };
  return changeResults(results, event as GatewayEvent, asked).map(({ channel, content }) => `${channel}: ${content}`);
}

const edit = (content: string) => ({
  t: 'message.updated',
  d: { space: 's', channel: 'a', message: '1.1', content, edited: 9, mentions },
});
const [first, second, third] = after({ t: 'typing', d: {} });

test('a deleted message is gone, and only that of its channel', () => {
  assert.deepEqual(after({ t: 'message.deleted', d: { space: 's', channel: 'a', messages: ['1.1'] } }), [first, third]);
});

test('an edited message reads as it does now', () => {
  assert.deepEqual(after(edit('two Acorns')), [first, 'a: two Acorns', third]);
});

test('what does not say it any more is found no more', () => {
  assert.deepEqual(after(edit('a chestnut')), [first, third]);
  assert.deepEqual(after(edit('an acorn'), { has: 'link' }), [first, second, third]);
  assert.deepEqual(after(edit('no link'), { has: 'link' }), [first, third]);
  assert.deepEqual(after(edit('not you'), { mentions: 'u_finch' }), [first, third]);
});

test('what is new, and what is elsewhere, changes nothing', () => {
  assert.deepEqual(after({ t: 'message.created', d: { message: message('a', 2, 'acorn') } }), [first, second, third]);
  assert.deepEqual(after({ t: 'message.deleted', d: { space: 's', channel: 'c', messages: ['1.1'] } }), [
    first,
    second,
    third,
  ]);
});
