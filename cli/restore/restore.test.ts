import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { backUp, putBack } from '@folkmoot/server/testing/backup.ts';
import { temporaryFolder } from '@folkmoot/server/testing/engines.ts';
import { person } from '@folkmoot/server/testing/people.ts';
import { startHomeserver } from '@folkmoot/server/testing/start-homeserver.ts';
import { homeOf } from '../testing/home.ts';

const environment = { FOLKMOOT_RESTORE_WAIT: 'manual' };

test('[EPO-1] an admin who put a backup back sees that it waits, and decides when it goes on', async (t) => {
  const folder = await temporaryFolder(t);
  const [data, backup] = [join(folder, 'data'), join(folder, 'backup')];
  const first = await startHomeserver({ folder });
  const alice = await person(first.url, 'alice');
  const space = await alice.founds('Garden');
  await first.close();
  await backUp(data, backup);
  {
    await using second = await startHomeserver({ folder });
    await alice.at(second.url).says(space, 'lost');
  }
  await putBack(backup, data);
  const third = await startHomeserver({ folder, environment });
  const home = homeOf(t, third);
  const folkmoot = (...args: string[]) => home.folkmoot(args, { environment });

  const status = await folkmoot('restore', 'status', '--json');
  const { restoring, until, healed } = status.json();
  assert.deepEqual([restoring, until, healed], [true, null, 0]);
  assert.match((await folkmoot('restore')).stdout, /restoring since/);
  assert.match((await folkmoot('status')).stdout, /READ-ONLY/);
  await assert.rejects(alice.at(home.url).says(space, 'too early'), { code: 'read_only' });

  assert.equal((await folkmoot('restore', 'finish')).code, 0);
  assert.match((await folkmoot('restore')).stdout, /not restoring/);
  const again = await folkmoot('restore', 'finish', '--json');
  assert.deepEqual([again.code, JSON.parse(again.stderr).code], [1, 'not_restoring']);
  assert.equal((await alice.at(home.url).says(space, 'going on')).id, '2.1');
  assert.equal((await folkmoot('verify', space.id)).code, 0);
});

test('a homeserver that does not run goes on as well', async (t) => {
  const folder = await temporaryFolder(t);
  const [data, backup] = [join(folder, 'data'), join(folder, 'backup')];
  const first = await startHomeserver({ folder });
  const alice = await person(first.url, 'alice');
  const space = await alice.founds('Garden');
  await first.close();
  await backUp(data, backup);
  const second = await startHomeserver({ folder });
  await alice.at(second.url).says(space, 'lost');
  const home = homeOf(t, second);
  await home.stop();
  await putBack(backup, data);
  assert.equal((await home.folkmoot(['restore', 'status', '--json'])).json()['restoring'], true);
  assert.equal((await home.folkmoot(['restore', 'finish'])).code, 0);
  assert.equal((await home.folkmoot(['restore', 'status', '--json'])).json()['restoring'], false);
});
