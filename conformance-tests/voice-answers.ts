import assert from 'node:assert/strict';
import { checkerOf } from '@folkmoot/protocol-spec/schemas/check.ts';
import { voiceMethods } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import type { Person } from './person.ts';

export interface Place {
  space: string;
  channel: string;
}
export interface Answer {
  ok?: Record<string, unknown>;
  error?: { code: string };
}

const answerCheckers = new Map(Object.entries(voiceMethods).map(([method, { ok }]) => [method, checkerOf(ok)]));
let ids = 0;

export async function asks({ gateway }: Person, method: string, d: object): Promise<Answer> {
  const id = ++ids;
  gateway!.send({ op: 'voice', id, method, d });
  const answer = (await gateway!.until(
    () => gateway!.frames.find((frame) => frame.op === 'voice' && frame.id === id),
    `${method} is answered`,
  )) as Answer;
  assert.notEqual(answer.ok === undefined, answer.error === undefined, 'either ok or error');
  if (answer.ok) assert.ok(answerCheckers.get(method)?.(answer.ok), `${method}: ${JSON.stringify(answer.ok)}`);
  return answer;
}

export async function refused(person: Person, method: string, d: object): Promise<string | undefined> {
  return (await asks(person, method, d)).error?.code;
}

/** False where the homeserver carries no voice, which it says with one code. [VOX-1] */
export async function hasVoice(person: Person, place: Place): Promise<boolean> {
  const { error } = await asks(person, 'join', place);
  if (error === undefined) await asks(person, 'leave', {});
  assert.ok(error === undefined || error.code === 'voice_off', error?.code);
  return error === undefined;
}
