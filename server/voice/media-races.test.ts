import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Source } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import type { Refusal } from '../base/errors.ts';
import { createLog } from '../base/log.ts';
import { findMediaWorker } from '../set-up/media-worker-place.mjs';
import { lacksForMedia } from '../testing/voice-browser.ts';
import { opus, vp8 } from '../testing/voice-people.ts';
import { MediaRoom } from './media-room.ts';
import { MediaWorkers } from './media-workers.ts';
import type { Peer } from './peer.ts';

// What is decided about somebody while something is with the media worker for them: each test asks for both at once.

const skip = lacksForMedia();
const log = createLog({ level: 'silent', format: 'json' });
const nobody = () => undefined;
const told = { added: nobody, removed: nobody, paused: nobody, layers: nobody, speakers: nobody };
const events = { ...told, formats: nobody, lost: nobody };

let workers: MediaWorkers;
let room: MediaRoom;
let speaker: Peer;
let listener: Peer;

before(async () => {
  if (skip) return;
  workers = new MediaWorkers({
    file: findMediaWorker().file!,
    count: 1,
    listen: [{ ip: '127.0.0.1', announced: '127.0.0.1' }],
    port: 0,
    log,
  });
  await workers.start();
});
after(() => workers?.[Symbol.asyncDispose]());

const fresh = async () => {
  room?.close();
  room = new MediaRoom({ workers, addresses: ['127.0.0.1'], events, log });
  [speaker, listener] = [await room.addPeer('speaker'), await room.addPeer('listener')];
  listener.consumers.rtpCapabilities = room.rtpCapabilities;
};

const sends = (source: Source) =>
  room.produce(speaker, {
    source,
    kind: source === 'mic' ? 'audio' : 'video',
    rtpParameters: source === 'mic' ? opus() : vp8(),
    paused: false,
    isFirst: () => false,
  });

/** Until what was asked for is on its way to the media worker. */
const underWay = () => new Promise((resolve) => setImmediate(resolve));

const isLeft = () => ({ producers: room.producers.length, load: workers.alive[0]?.load });

for (const source of ['mic', 'camera'] as const) {
  test(`nothing is left of a ${source} whose sender goes while it is made`, { skip }, async () => {
    await fresh();
    const made = sends(source);
    room.removePeer(speaker);
    await assert.rejects(made);
    assert.deepEqual(isLeft(), { producers: 0, load: 4 });
  });

  test(`nothing is left of what is taken of a ${source} where the receiver goes meanwhile`, { skip }, async () => {
    await fresh();
    const { producer } = await sends(source);
    const taken = room.consume(listener, producer.id);
    await underWay();
    room.removePeer(listener);
    await Promise.allSettled([taken]);
    assert.deepEqual(isLeft(), { producers: 1, load: 4 });
    assert.equal(listener.consumers.size, 0);
  });

  test(`nothing is left of what is taken of a ${source} where the sender goes meanwhile`, { skip }, async () => {
    await fresh();
    const { producer } = await sends(source);
    const taken = room.consume(listener, producer.id);
    await underWay();
    room.removePeer(speaker);
    const [made] = await Promise.allSettled([taken]);
    if (made.status === 'rejected') assert.equal((made.reason as Refusal).code, 'not_found');
    else if (!made.value.consumer.closed)
      await new Promise<void>((resolve) => made.value.consumer.observer.once('close', () => resolve()));
    assert.deepEqual(isLeft(), { producers: 0, load: 4 });
  });
}

test('nothing is left of a room that closes while the first one comes in', { skip }, async () => {
  await fresh();
  room.close();
  room = new MediaRoom({ workers, addresses: ['127.0.0.1'], events, log });
  const coming = room.addPeer('late');
  await underWay();
  room.close();
  await Promise.allSettled([coming]);
  assert.deepEqual((await workers.alive[0]!.worker.dump()).routerIds, []);
});

test('[VOX-11] who is muted while the microphone is made is silent', { skip }, async () => {
  await fresh();
  const made = sends('mic');
  const muted = speaker.silence({ mic: true, ears: false });
  const { producer } = await made;
  await muted;
  assert.equal(producer.paused, true);
});

test('[VOX-11] of muting and unmuting at once the last counts', { skip }, async () => {
  await fresh();
  const { producer } = await sends('mic');
  const moderated = (...all: boolean[]) => Promise.all(all.map((mic) => speaker.silence({ mic, ears: false })));
  await moderated(true, false);
  assert.equal(producer.paused, false);
  await moderated(true);
  await moderated(false, true);
  assert.equal(producer.paused, true);
  await moderated(false);
  const resumed = [speaker.pauseProducer(producer.id, true), speaker.pauseProducer(producer.id, false)];
  await Promise.all([...resumed, speaker.silence({ mic: true, ears: false })]);
  assert.equal(producer.paused, true, 'resumed while muted');
});

test('[VOX-11] who is deafened while sound is taken for them hears nothing', { skip }, async () => {
  await fresh();
  const { producer } = await sends('mic');
  const taken = room.consume(listener, producer.id);
  await underWay();
  const deafened = listener.silence({ mic: false, ears: true });
  const { consumer } = await taken;
  await deafened;
  assert.equal(consumer.paused, true);
});
