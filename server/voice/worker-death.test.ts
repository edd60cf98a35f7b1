import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallOfPhones, phoneEnvironment } from '../testing/call-of-phones.ts';
import { freeMediaPort } from '../testing/free-media-port.ts';
import { MediaLegs } from '../testing/media-legs.ts';
import { person } from '../testing/people.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';
import { lacksForMedia } from '../testing/voice-browser.ts';
import { Caller, newVoiceChannel } from '../testing/voice-people.ts';

const PEOPLE = 20;
const TALKING = 4;
/** Five seconds are hoped for, and measured by a benchmark; here others use the machine too. */
const PATIENCE_MS = 30_000;

test('the only media worker is killed in a call of twenty: all hear each other again, and text goes on', {
  skip: lacksForMedia(),
}, async () => {
  const port = await freeMediaPort();
  await using legs = await MediaLegs.open([port], PEOPLE * 6);
  await using homeserver = await startHomeserver({ environment: phoneEnvironment(port) });
  const { url } = homeserver;
  const [owner, ...others] = await Promise.all(Array.from({ length: PEOPLE }, () => person(url)));
  assert.ok(owner);
  const space = await owner.founds('Twenty');
  await owner.invites(space, ...others);
  const place = await newVoiceChannel(owner, space);
  const owners = [owner, ...others].map(({ account, token }) => ({ user: account.id, token }));
  using call = await CallOfPhones.gather({ url, place, owners, talking: TALKING, legs });
  await call.allHear();
  using watcher = await Caller.of(owner);
  const inside = () => watcher.inside(place).length;
  assert.equal(inside(), PEOPLE);

  const killed = performance.now();
  process.kill(homeserver.homeserver.voice.status.workers[0]!.pid, 'SIGKILL');
  const { id } = await owner.says(space, 'we were saying?');
  assert.ok((await others[0]!.reads(space)).some((message) => message.id === id));
  await call.allLost(1);
  assert.equal(inside(), PEOPLE, 'nobody was shown as gone');
  await call.allHear();
  const taken = performance.now() - killed;
  assert.ok(taken < PATIENCE_MS, `${taken} ms`);
  assert.equal(inside(), PEOPLE);
});
