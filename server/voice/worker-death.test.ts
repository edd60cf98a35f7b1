import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getAccount } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { CallOfPhones, phoneEnvironment } from '../testing/call-of-phones.ts';
import { freeMediaPort } from '../testing/free-media-port.ts';
import { MediaLegs } from '../testing/media-legs.ts';
import { person } from '../testing/people.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';
import { lacksForMedia } from '../testing/voice-browser.ts';
import { Caller, newVoiceChannel } from '../testing/voice-people.ts';

const PEOPLE = 20;
const TALKING = 4;
const KILLS = 3;

test('the only media worker is killed three times in a call of twenty: all hear each other again, and text goes on (C125)', {
  skip: lacksForMedia(),
}, async () => {
  const port = await freeMediaPort();
  await using legs = await MediaLegs.open([port], PEOPLE * 2 * (KILLS + 3));
  await using homeserver = await startHomeserver({ environment: phoneEnvironment(port) });
  // However long it takes this machine to let twenty in anew.
  homeserver.homeserver.voice.comeBackMs = 240_000;
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

  for (let kill = 1; kill <= KILLS; kill++) {
    process.kill(homeserver.homeserver.voice.status.workers[0]!.pid, 'SIGKILL');
    const { id } = await owner.says(space, 'we were saying?');
    assert.ok((await others[0]!.reads(space)).some((message) => message.id === id));
    await call.allLost(kill);
    assert.equal(inside(), PEOPLE, 'nobody was shown as gone');
    await call.allHear();
    assert.equal(inside(), PEOPLE);
  }
});

test('[VOX-10] a media worker dies before it has answered: whoever asked is told to ask again', {
  skip: lacksForMedia(),
}, async () => {
  await using homeserver = await startHomeserver({ environment: phoneEnvironment(await freeMediaPort()) });
  const owner = await person(homeserver.url);
  const place = await newVoiceChannel(owner, await owner.founds('One'));
  using caller = await Caller.of(owner);
  const { send } = await caller.asks('join', place);
  const { pid } = homeserver.homeserver.voice.status.workers[0]!;
  process.kill(pid, 'SIGSTOP');
  const fingerprints = [{ algorithm: 'sha-256' as const, value: send.dtls_parameters.fingerprints[0]!.value }];
  const refused = caller.isRefused('connect', {
    transport: send.id,
    dtls_parameters: { role: 'client', fingerprints },
  });
  await owner.client.call(getAccount, {});
  process.kill(pid, 'SIGKILL');
  // The latter where the request came later than the question in between.
  assert.ok(['unavailable', 'not_in_voice'].includes(await refused), await refused);
});
