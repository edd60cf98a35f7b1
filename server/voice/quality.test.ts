import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createHttpClient } from '@folkmoot/protocol-spec/client/http-client.ts';
import { register } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { getVoiceQuality } from '@folkmoot/protocol-spec/schemas/client/server.ts';
import { befriend, writesTo } from '../testing/acquaintances.ts';
import { codeOf } from '../testing/bots.ts';
import { password, Person, person, talkOf } from '../testing/people.ts';
import { startHomeserver, type TestHomeserver } from '../testing/start-homeserver.ts';
import { lacksForMedia, voiceEnvironment } from '../testing/voice-browser.ts';
import { Caller, newVoiceChannel } from '../testing/voice-people.ts';

const skip = lacksForMedia();

let homeserver: TestHomeserver;
before(async () => {
  homeserver = await startHomeserver({ environment: voiceEnvironment });
});
after(() => homeserver.close());

/** The first account, by the set-up link. */
async function admin(): Promise<Person> {
  const set_up = (await homeserver.homeserver.makeSetUpPath())?.split('/').at(-1);
  const client = createHttpClient({ baseUrl: homeserver.url });
  return new Person(
    client,
    await client.call(register, { body: { handle: 'ada', password, ...(set_up ? { set_up } : {}) } }),
  );
}

test('[QUAL-1] admins see where there is voice and what it costs, and not who calls whom', { skip }, async () => {
  const [ada, bo] = [await admin(), await person(homeserver.url)];
  assert.equal(await codeOf(bo.client.call(getVoiceQuality)), 'forbidden');
  const space = await ada.founds('Garden');
  const { channel } = await newVoiceChannel(ada, space, 'Lounge');
  await befriend(ada, bo);
  const direct = await writesTo(ada, bo.account.id);
  using one = await Caller.of(ada);
  using other = await Caller.of(bo);
  await one.asks('join', { space: space.id, channel });
  await other.asks('join', talkOf(direct));
  const { off, channels, workers } = await ada.client.call(getVoiceQuality);
  assert.equal(off, null);
  assert.deepEqual(
    channels.map(({ kind, space_name, name, participants }) => ({ kind, space_name, name, participants })),
    [
      { kind: 'community', space_name: 'Garden', name: 'Lounge', participants: 1 },
      { kind: 'dm', space_name: undefined, name: undefined, participants: 1 },
    ],
  );
  assert.doesNotMatch(JSON.stringify(channels), new RegExp(`${ada.account.id}|${bo.account.id}|${direct.id}`));
  assert.ok(workers.length > 0 && workers.every(({ cpu, memory }) => cpu >= 0 && memory > 0));
});
