import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { PeerStore } from './peer-store.ts';

/** What every implementation of the port keeps; `open` answers with nothing where it cannot run here. */
export function peerStoreContract(name: string, open: (t: TestContext) => Promise<PeerStore | undefined>): void {
  const kept = (root: string, serial: number) => ({ root, serial, document: `${root} ${serial}` });
  const contract = (title: string, run: (peers: PeerStore) => Promise<void>): void => {
    test(`${name}: ${title}`, async (t) => {
      const peers = await open(t);
      if (peers) await run(peers);
    });
  };

  contract('[KEY-3] the root of first contact stays, whatever comes later', async (peers) => {
    assert.equal(await peers.find('a.example'), undefined);
    await peers.keep('a.example', kept('root', 5), 10);
    await peers.keep('a.example', kept('other', 9), 20);
    const { root, serial, document, fetched, first_contact, last_contact, state } = (await peers.find('a.example'))!;
    assert.deepEqual(
      { root, serial, document, fetched, first_contact, last_contact, state },
      { ...kept('root', 5), fetched: 10, first_contact: 10, last_contact: null, state: 'ok' },
    );
  });

  contract('[KEY-4] a document of a lower serial is not kept, one of the same or a higher one is', async (peers) => {
    await peers.keep('a.example', kept('root', 5), 10);
    await peers.keep('a.example', kept('root', 4), 20);
    assert.equal((await peers.find('a.example'))?.fetched, 10);
    await peers.keep('a.example', kept('root', 5), 30);
    await peers.keep('a.example', kept('root', 6), 40);
    const found = await peers.find('a.example');
    assert.deepEqual([found?.serial, found?.fetched, found?.first_contact], [6, 40, 10]);
  });

  contract('a state is kept beside documents and contacts, also of a server never met', async (peers) => {
    await peers.block('b.example', 'spam');
    await peers.keep('b.example', kept('root', 1), 10);
    await peers.touch('b.example', 20);
    await peers.touch('c.example', 20);
    const found = await peers.find('b.example');
    const { state, reason, root, last_contact } = found!;
    assert.deepEqual([state, reason, root, last_contact], ['blocked', 'spam', 'root', 20]);
    await peers.block('b.example', null);
    assert.equal((await peers.find('b.example'))?.reason, null);
    await peers.block('b.example', 'again');
    assert.equal(await peers.find('c.example'), undefined);
    await peers.allow('b.example');
    await peers.allow('c.example');
    const allowed = await peers.find('b.example');
    assert.deepEqual([allowed?.state, allowed?.reason], ['ok', null]);
    assert.equal(await peers.find('c.example'), undefined);
  });

  contract(
    '[KEY-6] a server is suspended for another root than the one pinned, but a block is not lifted by that',
    async (peers) => {
      const stateOf = async (server: string) => (await peers.find(server))?.state;
      await peers.keep('a.example', kept('root', 5), 10);
      await peers.suspend('a.example', 'root of before');
      assert.equal(await stateOf('a.example'), 'ok');
      await peers.suspend('a.example', 'root');
      assert.equal(await stateOf('a.example'), 'suspended');
      await peers.block('a.example', 'spam');
      await peers.suspend('a.example', 'root');
      const { state, reason } = (await peers.find('a.example'))!;
      assert.deepEqual([state, reason], ['blocked', 'spam']);
    },
  );

  contract('[KEY-6] after unpinning the next root is pinned, whatever its serial', async (peers) => {
    await peers.keep('a.example', kept('root', 5), 10);
    await peers.suspend('a.example', 'root');
    await peers.unpin('a.example');
    await peers.allow('a.example');
    await peers.keep('a.example', kept('other', 1), 30);
    const found = await peers.find('a.example');
    assert.deepEqual([found?.root, found?.serial, found?.first_contact, found?.state], ['other', 1, 10, 'ok']);
  });

  contract('the list has every server by name', async (peers) => {
    for (const server of ['c.example', 'a.example', 'b.example']) await peers.block(server, null);
    assert.deepEqual(
      (await peers.list()).map(({ server }) => server),
      ['a.example', 'b.example', 'c.example'],
    );
  });
}
