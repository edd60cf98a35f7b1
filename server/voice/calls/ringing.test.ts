import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Call } from '@folkmoot/protocol-spec/schemas/voice-state.ts';
import { createLog } from '../../base/log.ts';
import { Calls } from './calls.ts';

const place = { space: 's_one', channel: 'c_one' };
const by = { id: 'u_by', handle: 'by', display_name: 'By' };

function scene(members: string[]) {
  const inside = new Set<string>([by.id]);
  const states: Call[] = [];
  const ended = Promise.withResolvers<string>();
  const missed: string[] = [];
  const calls = new Calls({
    teller: { state: (_, call) => void states.push(call), ended: (_, __, reason) => ended.resolve(reason) },
    membersOf: async () => [by.id, ...members],
    busyOf: async () => [],
    insideOf: () => [...inside],
    sendOut: () => inside.clear(),
    missed: (user) => void missed.push(user),
    clock: { now: () => 0 },
    log: createLog({ level: 'silent', format: 'json', write: () => undefined }),
    ringMs: 20,
  });
  return { calls, inside, states, ended: ended.promise, missed };
}

test('[CALL-2] a call that nobody takes stops ringing by itself, and the caller is out', async () => {
  const { calls, inside, ended, missed } = scene(['u_one']);
  calls.entered(place, by);
  assert.equal(await ended, 'missed');
  assert.deepEqual([missed, inside.size, calls.of(place.space)], [[by.id], 0, undefined]);
});

test('[CALL-2] a call that somebody took stops ringing for the others, and goes on', async () => {
  const { calls, inside, states, ended, missed } = scene(['u_one', 'u_two']);
  calls.entered(place, by);
  inside.add('u_one');
  calls.entered(place, { ...by, id: 'u_one' });
  while (states.at(-1)?.ringing.length !== 0) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(states.at(-1)?.answered, true);
  inside.clear();
  calls.left(place);
  assert.equal(await ended, 'ended');
  assert.deepEqual(missed, []);
});
