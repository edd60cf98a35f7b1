import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { CallOfPhones, phoneEnvironment } from '../testing/call-of-phones.ts';
import { freeMediaPort } from '../testing/free-media-port.ts';
import { MediaLegs } from '../testing/media-legs.ts';
import { person } from '../testing/people.ts';
import { Phone } from '../testing/phone.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';
import { lacksForMedia } from '../testing/voice-browser.ts';
import { newVoiceChannel } from '../testing/voice-people.ts';
import { socketBuffers } from './media-workers.ts';

const TALKING = 10;
/** Of each who talks, sent while the media worker has no processor: together more than a port keeps that nobody has made larger. */
const MISSED_TURNS = 40;
const NOTHING_MORE_MS = 3_000;

test('what is said while the media worker gets no processor for a moment is heard after it', {
  skip: lacksForMedia() || lacksBuffers(),
}, async () => {
  const port = await freeMediaPort();
  await using legs = await MediaLegs.open([port], 2 * (TALKING + 1));
  await using homeserver = await startHomeserver({ environment: phoneEnvironment(port) });
  const { url } = homeserver;
  const [owner, ...others] = await Promise.all(Array.from({ length: TALKING + 1 }, () => person(url)));
  assert.ok(owner);
  const space = await owner.founds('Busy');
  await owner.invites(space, ...others);
  const place = await newVoiceChannel(owner, space);
  const owners = others.map(({ account, token }) => ({ user: account.id, token }));
  const talking = owners.map(({ user }) => user);
  using call = await CallOfPhones.gather({ url, place, owners, talking: TALKING, legs });
  using ear = await Phone.at(url, { user: owner.account.id, token: owner.token }, legs, 'none');
  await ear.join(place);
  await call.allHear();
  await ear.hears(talking);

  /** Packets that were said and did not come, of the one who is heard worst. */
  const look = async () =>
    legs.spoken - Math.min(...[...(await ear.received(talking)).values()].map(({ packets }) => packets));
  /** When that is no more than it was before, or when nothing comes any more. */
  const missing = async (before: number) => {
    legs.speakUp(false);
    let now = await look();
    for (let since = performance.now(); now > before && performance.now() - since < NOTHING_MORE_MS; ) {
      await delay(50);
      const then = now;
      now = await look();
      if (now !== then) since = performance.now();
    }
    return now;
  };
  const before = await missing(0);
  const all = legs.spoken + MISSED_TURNS;
  const { pid } = homeserver.homeserver.voice.status.workers[0]!;
  process.kill(pid, 'SIGSTOP');
  legs.speakUp(true, MISSED_TURNS);
  while (legs.spoken < all) await delay(10);
  process.kill(pid, 'SIGCONT');
  const missed = (await missing(before)) - before;
  assert.ok(missed <= 0, `${missed} packets are missing`);
});

/** What the system gives is for whoever runs it to set; `folkmoot doctor voice` says so. */
function lacksBuffers(): string | false {
  const most = Number(readFileSync('/proc/sys/net/core/rmem_max', 'utf8'));
  return most < socketBuffers.recvBufferSize && `net.core.rmem_max is ${most}`;
}
