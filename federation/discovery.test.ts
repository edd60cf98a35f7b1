import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalize } from './canonical-json.ts';
import { Discovery, UNKNOWN_KEY_MS } from './discovery.ts';
import { generateKeyPair } from './keys.ts';
import { createMemoryPeers } from './memory-stores.ts';
import { buildKeyDocument, type KeyDocumentFields } from './server-key.ts';

const DAY = 86_400_000;

/** A network with one other homeserver, whose document and failures the test decides, and us. */
function network() {
  const state = {
    now: 1_000 * DAY,
    fetches: 0,
    root: generateKeyPair(),
    fields: {
      server: 'b.example',
      api: 'https://b.example/federation/v1',
      serial: 1,
      valid_until: 1_000 * DAY + 7 * DAY,
      versions: [1],
      features: [],
      keys: [generateKeyPair().publicJwk],
    } as KeyDocumentFields,
    failure: undefined as Error | undefined,
    gate: undefined as Promise<void> | undefined,
  };
  const peers = createMemoryPeers();
  const open = () =>
    new Discovery({
      async fetchDocument() {
        state.fetches++;
        await state.gate;
        if (state.failure) throw state.failure;
        return Buffer.from(canonicalize(buildKeyDocument(state.fields, state.root), { keys: 'any' }));
      },
      peers,
      now: () => state.now,
      random: () => 0,
    });
  const publish = (fields: Partial<KeyDocumentFields>) => {
    state.fields = { ...state.fields, ...fields, serial: fields.serial ?? state.fields.serial + 1 };
  };
  return { state, peers, open, publish, discovery: open() };
}

const code = (code: string) => ({ code });

test('[KEY-2] [KEY-3] a server is asked once, and pinned when it has proven itself', async () => {
  const { state, peers, publish, discovery, open } = network();
  const key = generateKeyPair();
  publish({ keys: [key.publicJwk] });
  assert.equal((await discovery.keyOf('b.example', key.kid)).kid, key.kid);
  assert.equal(await peers.find('b.example'), undefined);
  await discovery.confirm('b.example');
  assert.equal((await peers.find('b.example'))?.root, state.root.kid);
  await discovery.keyOf('b.example', key.kid);
  assert.equal(state.fetches, 1);
  await open().keyOf('b.example', key.kid);
  assert.equal(state.fetches, 1, 'a restart needs no network');
});

test('[KEY-5] an unknown key costs one fetch, then none for a minute, however many ask (F27)', async () => {
  const { state, discovery } = network();
  const bogus = generateKeyPair().kid;
  await assert.rejects(discovery.keyOf('b.example', bogus), code('unknown_key'));
  for (let i = 0; i < 100; i++) await assert.rejects(discovery.keyOf('b.example', bogus), code('unknown_key'));
  assert.equal(state.fetches, 1);
  state.now += UNKNOWN_KEY_MS - 1;
  await assert.rejects(discovery.keyOf('b.example', generateKeyPair().kid), code('unknown_key'));
  assert.equal(state.fetches, 1);
  state.now += 1;
  await assert.rejects(discovery.keyOf('b.example', bogus), code('unknown_key'));
  assert.equal(state.fetches, 2);
});

test('[KEY-5] requests that arrive together wait for the same fetch', async () => {
  const { state, discovery, publish } = network();
  const key = generateKeyPair();
  publish({ keys: [key.publicJwk] });
  const gate = Promise.withResolvers<void>();
  state.gate = gate.promise;
  const waiting = Array.from({ length: 50 }, () => discovery.keyOf('b.example', key.kid));
  gate.resolve();
  await Promise.all(waiting);
  assert.equal(state.fetches, 1);
});

test('[KEY-5] a new key is accepted after one fetch, and the one before signs nothing any more (F32)', async () => {
  const { state, discovery, publish } = network();
  const [first, second] = [generateKeyPair(), generateKeyPair()];
  publish({ keys: [first.publicJwk] });
  await discovery.keyOf('b.example', first.kid);
  await discovery.confirm('b.example');
  publish({ keys: [second.publicJwk], old: [{ key: first.publicJwk }] });
  await discovery.keyOf('b.example', second.kid);
  assert.equal(state.fetches, 2);
  await assert.rejects(discovery.keyOf('b.example', first.kid), code('key_revoked'));
  assert.equal(state.fetches, 2);
  const { old } = await discovery.keysOf('b.example');
  assert.deepEqual([...old.keys()], [first.kid], 'it still verifies history');
});

test('[KEY-7] a revoked key is refused by the time of arrival (F33)', async () => {
  const { discovery, publish, state } = network();
  const key = generateKeyPair();
  publish({ old: [{ key: key.publicJwk, revoked: state.now + DAY }] });
  await assert.rejects(discovery.keyOf('b.example', key.kid), code('key_revoked'));
});

test('[KEY-6] another root suspends the server until an admin decides (F35)', async () => {
  const { state, peers, discovery, publish } = network();
  const key = generateKeyPair();
  publish({ keys: [key.publicJwk] });
  await discovery.keyOf('b.example', key.kid);
  await discovery.confirm('b.example');
  state.root = generateKeyPair();
  const taken = generateKeyPair();
  publish({ keys: [taken.publicJwk] });
  await assert.rejects(discovery.keyOf('b.example', taken.kid), code('identity_changed'));
  assert.equal((await peers.find('b.example'))?.state, 'suspended');
  await assert.rejects(discovery.keyOf('b.example', key.kid), code('identity_changed'));
  await assert.rejects(discovery.keysOf('b.example'), code('identity_changed'));
  assert.equal(state.fetches, 2);

  await peers.unpin('b.example');
  await peers.allow('b.example');
  discovery.forget('b.example');
  await discovery.keyOf('b.example', taken.kid);
  await discovery.confirm('b.example');
  assert.equal((await peers.find('b.example'))?.root, state.root.kid);
});

test('[KEY-4] a document is asked for again when it has ended, and an older serial is not taken', async () => {
  const { state, discovery, publish } = network();
  const key = generateKeyPair();
  publish({ keys: [key.publicJwk], serial: 5 });
  await discovery.keyOf('b.example', key.kid);
  await discovery.confirm('b.example');
  state.now += 7 * DAY;
  publish({ valid_until: state.now + DAY, serial: 4 });
  await assert.rejects(discovery.keyOf('b.example', key.kid), code('discovery_failed'));
  state.now += 15 * 60_000;
  publish({ serial: 6 });
  await discovery.keyOf('b.example', key.kid);
  assert.equal(state.fetches, 3);
});

test('[KEY-1] what is not the document of that server is refused (F28, F38)', async () => {
  const smallOrder = { ...generateKeyPair().publicJwk, x: 'AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' };
  const wrong: Partial<KeyDocumentFields>[] = [
    { server: 'c.example' },
    { keys: [smallOrder] },
    { valid_until: 1 },
    { old: [{ key: smallOrder }] },
  ];
  for (const fields of wrong) {
    const { discovery, publish } = network();
    publish(fields);
    await assert.rejects(discovery.keysOf('b.example'), code('discovery_failed'));
  }
});

test('a server that does not answer is asked less and less often', async () => {
  const { state, discovery } = network();
  state.failure = new Error('nobody there');
  const asked: { minute: number; fetches: number }[] = [];
  for (let minute = 0; minute < 30; minute++) {
    await assert.rejects(discovery.keysOf('b.example'), code('discovery_failed'));
    if (asked.at(-1)?.fetches !== state.fetches) asked.push({ minute, fetches: state.fetches });
    state.now += 60_000;
  }
  assert.deepEqual(
    asked.map(({ minute }) => minute),
    [0, 1, 3, 7, 15],
  );
  discovery.forget('b.example');
  state.failure = undefined;
  await discovery.keysOf('b.example');
});

test('servers that do not answer do not keep those away that are known', async () => {
  const { state, discovery, publish } = network();
  const key = generateKeyPair();
  publish({ keys: [key.publicJwk] });
  await discovery.keyOf('b.example', key.kid);
  await discovery.confirm('b.example');
  const gate = Promise.withResolvers<void>();
  state.gate = gate.promise;
  const slow = Array.from({ length: 8 }, (_, i) => discovery.keysOf(`s${i}.example`).catch(() => undefined));
  await new Promise(setImmediate);
  await assert.rejects(discovery.keysOf('one-more.example'), code('busy'));
  const next = generateKeyPair();
  publish({ keys: [next.publicJwk] });
  const known = discovery.keyOf('b.example', next.kid);
  gate.resolve();
  assert.equal((await known).kid, next.kid);
  await Promise.all(slow);
});

test('[KEY-12] whoever names servers that do not answer keeps nobody else from being asked', async () => {
  const { state, discovery, publish } = network();
  const key = generateKeyPair();
  publish({ keys: [key.publicJwk] });
  const gate = Promise.withResolvers<void>();
  state.gate = gate.promise;
  const of = (asker: string, n: number) =>
    Array.from({ length: n }, (_, i) => discovery.keyOf(`${asker}${i}.example`, key.kid, asker).catch(() => undefined));
  const slow = [...of('x', 20), ...of('y', 20)];
  await new Promise(setImmediate);
  await assert.rejects(discovery.keyOf('more.example', key.kid, 'x'), code('busy'));
  const honest = [discovery.keyOf('b.example', key.kid, 'z'), discovery.keysOf('b.example')];
  gate.resolve();
  await Promise.all(honest);
  await Promise.all(slow);
  // What is over counts no more.
  state.failure = new Error('nobody there');
  await assert.rejects(discovery.keyOf('more.example', key.kid, 'x'), code('discovery_failed'));
});
