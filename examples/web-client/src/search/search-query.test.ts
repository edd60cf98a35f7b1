import assert from 'node:assert/strict';
import { test } from 'node:test';
import { daysOf, writtenDay } from './days.ts';
import { readSearch } from './read-search.ts';
import { type Known, meaningOf, type Scope } from './search-query.ts';

const now = new Date(2026, 5, 12, 15, 30).getTime();
const at = (year: number, month: number, day: number) => new Date(year, month - 1, day).getTime();
const person = (id: string, handles: string[], ...names: string[]) => ({ id, handles, names, isMe: id === 'u_me' });
const channel = (space: string, spaceName: string, name: string) => ({
  space,
  channel: `${space}.${name}`,
  name,
  spaceName,
});

const known: Omit<Known, 'scope'> = {
  people: [
    person('u_me', ['robin', 'robin@a.example'], 'robin red'),
    person('u_wren', ['wren', 'wren@a.example'], 'jenny', 'queen of the oak'),
    person('u_far', ['finch@b.example', 'finch'], 'finch'),
    person('u_far2', ['finch@c.example', 'finch'], 'finch'),
    person('u_jen', ['jen', 'jen@a.example'], 'jenny'),
  ],
  channels: [
    channel('oak', 'Hollow Oak', 'general'),
    channel('oak', 'Hollow Oak', 'Tree House'),
    channel('bay', 'Quiet Bay', 'general'),
    channel('bay', 'Quiet Bay', 'boats'),
    channel('fen', 'The Fen', 'general'),
  ],
  now,
};

const queries: readonly [text: string, scope: Scope, query: object][] = [
  ['noon', {}, { q: 'noon' }],
  ['noon', { space: 'oak' }, { q: 'noon', space: 'oak' }],
  ['noon', { space: 'oak', channel: 'oak.general' }, { q: 'noon', space: 'oak', channel: 'oak.general' }],
  ['from:wren', {}, { author: 'u_wren' }],
  ['from:@WREN', {}, { author: 'u_wren' }],
  ['from:wren@a.example', {}, { author: 'u_wren' }],
  ['from:me', {}, { author: 'u_me' }],
  ['from:"Queen of the Oak"', {}, { author: 'u_wren' }],
  ['from:finch@c.example', {}, { author: 'u_far2' }],
  ['mentions:me has:link', {}, { mentions: 'u_me', has: 'link' }],
  ['has:links', {}, { has: 'link' }],
  ['in:boats', {}, { space: 'bay', channel: 'bay.boats' }],
  ['before:today', { space: 'oak' }, { space: 'oak', until: at(2026, 6, 12) - 1 }],
  ['noon in:boats', { space: 'oak' }, { q: 'noon', space: 'bay', channel: 'bay.boats' }],
  ['noon in:#general', { space: 'bay' }, { q: 'noon', space: 'bay', channel: 'bay.general' }],
  [
    'noon in:"tree house"',
    { space: 'oak', channel: 'oak.general' },
    { q: 'noon', space: 'oak', channel: 'oak.Tree House' },
  ],
  ['noon in:"the fen/general"', {}, { q: 'noon', space: 'fen', channel: 'fen.general' }],
  ['noon before:2026-06-12', {}, { q: 'noon', until: at(2026, 6, 12) - 1 }],
  ['noon after:2026-06-11', {}, { q: 'noon', since: at(2026, 6, 12) }],
  ['noon on:2026-06-11', {}, { q: 'noon', since: at(2026, 6, 11), until: at(2026, 6, 12) - 1 }],
  ['noon on:yesterday', {}, { q: 'noon', since: at(2026, 6, 11), until: at(2026, 6, 12) - 1 }],
  ['noon on:2025', {}, { q: 'noon', since: at(2025, 1, 1), until: at(2026, 1, 1) - 1 }],
  ['noon after:2025-12 before:today', {}, { q: 'noon', since: at(2026, 1, 1), until: at(2026, 6, 12) - 1 }],
];

for (const [text, scope, query] of queries)
  test(`“${text}” ${scope.channel ? 'in a channel' : scope.space ? 'in a community' : 'everywhere'} is asked for`, () => {
    const meaning = meaningOf(readSearch(text), { ...known, scope });
    assert.deepEqual(meaning.is === 'query' && meaning.query, query);
  });

const problems: readonly [text: string, say: RegExp][] = [
  ['from:', /^Write a name after “from:”/],
  ['from:nobody', /^Nobody here is called “nobody”/],
  ['from:jenny', /^Several people are called “jenny”/],
  ['from:finch', /^Several people/],
  ['from:wren from:me', /^Only one “from:”/],
  ['noon in:cellar', /^No channel here is called “cellar”/],
  ['noon in:general', /^Several communities have this channel/],
  ['has:picture', /only “has:link”/],
  ['noon on:tuesday', /^“tuesday” is not a date/],
  ['noon on:2026-02-30', /is not a date/],
  ['noon before:2026-06-01 after:2026-06-10', /^There is no day between/],
  ['!?', /^There is no letter/],
  ['a b c d e f g h i j k l m n o p q', /^At most 16 words/],
  [`a${'b'.repeat(256)}`, /^At most 256 characters/],
];

for (const [text, say] of problems)
  test(`“${text.slice(0, 40)}” is answered in plain words`, () => {
    const meaning = meaningOf(readSearch(text), { ...known, scope: {} });
    assert.match(meaning.is === 'problem' ? meaning.say : meaning.is, say);
  });

test('somebody unknown may be known elsewhere', () => {
  const meaning = meaningOf(readSearch('from:@Nobody'), { ...known, scope: {} });
  assert.equal(meaning.is === 'problem' && meaning.unknown, 'nobody');
});

test('nothing typed is nothing asked', () =>
  assert.deepEqual(meaningOf(readSearch(' '), { ...known, scope: {} }), { is: 'nothing' }));

test('days that are not there stand for nothing', () => {
  for (const value of ['', '26', '2026-13', '2026-00', '2026-06-00', '2026-06-31', '1969', '0000-01-01', '12.6.2026'])
    assert.equal(daysOf(value, now), undefined, value);
  assert.equal(writtenDay(daysOf('today', now)!.first), '2026-06-12');
});
