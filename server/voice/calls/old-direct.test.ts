import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from '../../storage/query.ts';
import { befriend, writesTo } from '../../testing/acquaintances.ts';
import { person } from '../../testing/people.ts';
import { startHomeserver } from '../../testing/start-homeserver.ts';
import { lacksForMedia, voiceEnvironment } from '../../testing/voice-browser.ts';
import { Caller, opus } from '../../testing/voice-people.ts';

test('[DM-3] one can call in a direct message that was founded before there were calls', {
  skip: lacksForMedia(),
}, async () => {
  await using server = await startHomeserver({ environment: voiceEnvironment });
  const [ada, bo] = await Promise.all([person(server.url), person(server.url)]);
  await befriend(ada, bo);
  const dm = await writesTo(ada, bo.account.id);
  const permissions = JSON.stringify(['channel.view', 'message.history', 'message.send', 'invite.create']);
  const { database } = server.homeserver;
  await database.write((tx) =>
    tx.execute(sql.updateTable('roles').set({ permissions }).where('space', '=', dm.id).where('id', '=', 'everyone')),
  );
  using caller = await Caller.of(bo);
  const place = { space: dm.id, channel: dm.channels[0]!.id };
  const { rights } = await caller.asks('join', place);
  assert.deepEqual(rights, ['voice.connect', 'voice.speak', 'voice.video', 'voice.screen']);
  await caller.asks('produce', { kind: 'audio', source: 'mic', rtp_parameters: opus() });
});
