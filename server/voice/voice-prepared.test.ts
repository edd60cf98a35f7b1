import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VoiceError } from '@folkmoot/protocol-spec/client/voice-requests.ts';
import { person } from '../testing/people.ts';
import { spawnHomeserver } from '../testing/start-homeserver.ts';
import { lacksForMedia, voiceEnvironment } from '../testing/voice-browser.ts';
import { Caller, newVoiceChannel } from '../testing/voice-people.ts';
import { WorkerOnItsWay } from '../testing/worker-on-its-way.ts';

const skip = lacksForMedia();

async function atTheDoor(worker: WorkerOnItsWay) {
  const homeserver = await spawnHomeserver({ environment: { ...voiceEnvironment, ...worker.environment } });
  const who = await person(homeserver.url);
  const place = await newVoiceChannel(who, await who.founds('Club'));
  const caller = await Caller.of(who);
  /** Goes in; answers with the refusal where that is refused. */
  const joins = () =>
    caller.asks('join', place).then(
      () => undefined,
      (error: unknown) => error as VoiceError,
    );
  const close = () => {
    caller[Symbol.dispose]();
    return homeserver.close();
  };
  return { joins, [Symbol.asyncDispose]: close };
}

test('[VOX-1] voice goes on by itself when the media worker is there; until then it is said when that is', {
  skip,
}, async () => {
  using worker = new WorkerOnItsWay();
  await using door = await atTheDoor(worker);
  const early = await door.joins();
  assert.ok(early instanceof VoiceError);
  assert.equal(early.code, 'voice_off');
  assert.ok(early.retry! > 0 && Number(early.details['ready_in']) > 0);
  worker.arrives();
  assert.equal(await door.joins(), undefined);
});

test('[VOX-1] a build that failed leaves voice off, without a promise', { skip }, async () => {
  using worker = new WorkerOnItsWay();
  await using door = await atTheDoor(worker);
  assert.notEqual((await door.joins())?.retry, undefined);
  worker.fails('x.cpp:1: error: no such thing');
  const late = await door.joins();
  assert.equal(late?.code, 'voice_off');
  assert.equal(late?.retry, undefined);
});
