import assert from 'node:assert/strict';
import { test } from 'node:test';
import { announcedAddresses, candidatesFor, isLocalOnly, listensFor } from './candidates.ts';

const settings = { public_url: 'https://192.0.2.9', voice_listen: '0.0.0.0', voice_announced_address: [] as string[] };

test('what is announced is what the settings say, and else what can be found out', async () => {
  const set = { ...settings, voice_announced_address: ['203.0.113.7', '2001:db8::7', '203.0.113.7'] };
  assert.deepEqual(await announcedAddresses(set), ['203.0.113.7', '2001:db8::7']);
  assert.deepEqual(await announcedAddresses({ ...settings, voice_listen: '192.0.2.5' }), ['192.0.2.5']);
  assert.equal((await announcedAddresses(settings))[0], '192.0.2.9');
  const local = await announcedAddresses({ ...settings, public_url: 'http://localhost:8448' });
  assert.equal(local[0], '127.0.0.1');
  assert.ok(!(await announcedAddresses(settings)).includes('127.0.0.1'));
  assert.deepEqual(
    ['http://localhost:1', 'http://127.0.0.1:1', 'https://home.example', 'http://[::1]:1'].map((public_url) =>
      isLocalOnly({ public_url }),
    ),
    [true, true, false, true],
  );
});

test('every way in is a candidate of its own, UDP and what was announced first preferred', () => {
  const base = { foundation: 'udp', address: '203.0.113.7', port: 8449, type: 'host' } as const;
  const made = candidatesFor(
    [
      { ...base, priority: 1_000_000, protocol: 'udp' },
      { ...base, foundation: 'tcp', priority: 900_000, protocol: 'tcp', tcpType: 'passive' },
    ],
    ['203.0.113.7', '10.0.0.2', '2001:db8::7'],
  );
  assert.deepEqual(
    made.toSorted((a, b) => b.priority - a.priority).map(({ protocol, address }) => `${protocol} ${address}`),
    ['udp 203.0.113.7', 'udp 10.0.0.2', 'tcp 203.0.113.7', 'tcp 10.0.0.2'],
  );
  assert.equal(new Set(made.map(({ foundation }) => foundation)).size, 4);
});

test('workers listen for IPv6 where there is an address of it to announce', () => {
  const [v4, v6] = ['203.0.113.7', '2001:db8::7'];
  assert.deepEqual(listensFor('0.0.0.0', [v4]), [{ ip: '0.0.0.0', announced: v4 }]);
  assert.deepEqual(listensFor('0.0.0.0', [v4, v6]), [
    { ip: '0.0.0.0', announced: v4 },
    { ip: '::', announced: v6 },
  ]);
  assert.deepEqual(listensFor('::', [v4, v6]), [{ ip: '::', announced: v6 }]);
  assert.deepEqual(listensFor('10.0.0.2', ['203.0.113.7']), [{ ip: '10.0.0.2', announced: v4 }]);
});
