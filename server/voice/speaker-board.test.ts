import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hearing } from './hearing.ts';
import { LastN } from './last-n.ts';
import { SpeakerBoard } from './speaker-board.ts';

const heard = (user: string, level: number) => ({ producer: `mic of ${user}`, user, level });

test('who speaks is told when somebody begins or stops, the loudest first, and not for each change of level', () => {
  const board = new SpeakerBoard();
  assert.equal(board.take([heard('ada', -30)], 0), true);
  assert.equal(board.take([heard('ada', -25)], 200), false);
  assert.equal(board.take([heard('ada', -40), heard('bo', -20)], 400), true);
  assert.deepEqual(board.speakers, [
    { user: 'bo', level: -20 },
    { user: 'ada', level: -40 },
  ]);
  assert.equal(board.take([heard('bo', -20)], 800), false, 'a breath is no end');
  assert.equal(board.take([heard('bo', -20)], 1_100), true);
  assert.deepEqual(board.speakers, [{ user: 'bo', level: -20 }]);
});

test('the floor goes to somebody louder only after a while, at once when it is free, and is kept in silence', () => {
  const board = new SpeakerBoard();
  board.take([heard('ada', -30)], 0);
  assert.equal(board.active, 'ada');
  board.take([heard('ada', -40), heard('bo', -10)], 200);
  assert.equal(board.active, 'ada', 'a cough does not take it');
  for (let now = 400; now <= 1_200; now += 200) board.take([heard('ada', -40), heard('bo', -10)], now);
  assert.equal(board.active, 'bo');
  board.take([], 3_000);
  assert.deepEqual([board.speakers, board.active], [[], 'bo']);
  board.take([heard('cy', -50)], 3_200);
  assert.equal(board.active, 'cy');
});

test('[VOX-9] a large room hears those who spoke last, and always those with priority', () => {
  const never = () => false;
  const lastN = new LastN(3);
  for (const mic of ['a', 'b', 'c']) lastN.add(mic, never);
  assert.deepEqual(lastN.chosen, new Set(['a', 'b', 'c']));
  for (const mic of ['d', 'e']) lastN.add(mic, never);
  let isHost = true;
  lastN.add('host', () => isHost);
  lastN.heard(['d']);
  lastN.heard(['e', 'a']);
  assert.deepEqual(lastN.chosen, new Set(['host', 'a', 'e']));
  lastN.heard(['host']);
  lastN.heard(['b']);
  assert.deepEqual(lastN.chosen, new Set(['host', 'e', 'b']));
  lastN.heard(['a', 'e']);
  isHost = false;
  assert.deepEqual(lastN.chosen, new Set(['b', 'a', 'e']));
  lastN.remove('host');
  lastN.remove('e');
  assert.deepEqual(lastN.chosen.size, 3);
});

test('who closes the microphone while speaking is told as silent at once', () => {
  const told: string[][] = [];
  const hearing = new Hearing({
    speakers: (speakers) => void told.push(speakers.map(({ user }) => user)),
    chosen: () => undefined,
  });
  hearing.add('mic of ada', () => false);
  hearing.measured([heard('ada', -30)]);
  hearing.remove('mic of ada');
  hearing.close();
  assert.deepEqual(told, [['ada'], []]);
});
