import assert from 'node:assert/strict';
import { test } from 'node:test';
import { updateChannel } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { foundCommunity, refused } from '../testing/community.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';

test('[MSG-10] a clock that was ahead and is set back silences nobody', async () => {
  const right = Date.now();
  let now = right + 86_400_000;
  await using server = await startHomeserver({ clock: { now: () => now } });
  const { owner, member, space, talk } = await foundCommunity(server.url);
  await owner.client.call(updateChannel, { params: talk, body: { slow_mode: 60 } });
  const before = await member.says(space, 'the clock is a day ahead');
  assert.equal(await refused(member.says(space, 'too soon')), 'slow_mode');
  now += 60_000;
  await member.says(space, 'soon enough');
  // Sessions of that day are still good: what ended would have to log in again.
  now = right;
  const after = await member.says(space, 'the clock is right again');
  assert.ok(after.ts >= before.ts, 'the time of a stream never goes back');
});
