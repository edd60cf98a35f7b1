import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as people from '@folkmoot/protocol-spec/schemas/client/relationships.ts';
import { asksToBeFriends, relationTo, writesTo } from '../testing/acquaintances.ts';
import { refused } from '../testing/community.ts';
import { temporaryFolder } from '../testing/engines.ts';
import { TestNetwork } from '../testing/federated.ts';
import { person } from '../testing/people.ts';
import { freePort } from '../testing/start-homeserver.ts';
import { Watcher } from '../testing/watching.ts';

test('[PPL-4] what a homeserver that is away has to be told waits, also over a restart, and arrives in order', async (t) => {
  await using network = await TestNetwork.open();
  const [folderA, folderB] = [await temporaryFolder(t), await temporaryFolder(t)];
  const [portA, portB] = [await freePort(), await freePort()];
  let a = await network.homeserver({ folder: folderA, port: portA });
  let b = await network.homeserver({ folder: folderB, port: portB });
  const [ada, bo] = [await person(a.url), await person(b.url)];
  const address = `${bo.account.handle}@${b.name}`;
  await ada.client.call(people.lookUpUser, { body: { handle: address } });
  await b.close();
  assert.equal(
    await refused(ada.client.call(people.lookUpUser, { body: { handle: `x${address}` } }).catch(asRefusal)),
    'unavailable',
  );
  assert.equal((await asksToBeFriends(ada, bo.account.id)).kind, 'outgoing');
  const dm = await writesTo(ada, bo.account.id);
  await ada.says(dm, 'written while you were away');
  await a.close();
  a = await network.homeserver({ folder: folderA, port: portA });
  b = await network.homeserver({ folder: folderB, port: portB });
  using sees = await Watcher.of(bo);
  await sees.until(() => sees.state?.requests.length === 1);
  assert.equal(await relationTo(bo, ada), 'incoming');
  await bo.client.call(people.acceptRequest, { params: { space: dm.id } });
  assert.deepEqual(
    (await bo.reads(dm)).map(({ content }) => content),
    ['written while you were away'],
  );
  assert.equal(a.name, `127.0.0.1:${portA}`);
});

/** 503 is a refusal here. */
function asRefusal(error: { code: string; status: number }): never {
  throw Object.assign(error, { status: error.status === 503 ? 499 : error.status });
}
