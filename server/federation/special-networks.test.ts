import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import { connectionAttempts, names } from '../testing/connection-attempts.ts';
import { liveTo } from '../testing/live-to.ts';
import { createGuardedClient } from './guarded-client.ts';

/** The first address of each network, one within, and the last. */
const networks: Record<string, string[]> = {
  '127.0.0.0/8': ['127.0.0.0', '127.0.0.1', '127.255.255.255'],
  '10.0.0.0/8': ['10.0.0.0', '10.20.30.40', '10.255.255.255'],
  '172.16.0.0/12': ['172.16.0.0', '172.20.0.1', '172.31.255.255'],
  '192.168.0.0/16': ['192.168.0.0', '192.168.1.1', '192.168.255.255'],
  '169.254.0.0/16': ['169.254.0.0', '169.254.169.254', '169.254.255.255'],
  '100.64.0.0/10': ['100.64.0.0', '100.100.100.200', '100.127.255.255'],
  '0.0.0.0/8': ['0.0.0.0', '0.1.2.3', '0.255.255.255'],
  '192.0.0.0/24': ['192.0.0.0', '192.0.0.8', '192.0.0.255'],
  '192.0.2.0/24': ['192.0.2.0', '192.0.2.1', '192.0.2.255'],
  '198.18.0.0/15': ['198.18.0.0', '198.19.0.1', '198.19.255.255'],
  '198.51.100.0/24': ['198.51.100.0', '198.51.100.7', '198.51.100.255'],
  '203.0.113.0/24': ['203.0.113.0', '203.0.113.7', '203.0.113.255'],
  '224.0.0.0/4': ['224.0.0.0', '233.252.0.1', '239.255.255.255'],
  '240.0.0.0/4': ['240.0.0.0', '250.1.2.3', '255.255.255.255'],
  '::/128 and ::1/128': ['::', '::1', '0:0:0:0:0:0:0:1'],
  '::/96': ['::2', '::127.0.0.1', '::ffff'],
  'fc00::/7': ['fc00::', 'fd12:3456::1', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  'fe80::/10': ['fe80::', 'fe80::1', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  'ff00::/8': ['ff00::', 'ff02::1', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  '::ffff:0:0/96': ['::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:169.254.169.254', '::ffff:0.0.0.0'],
  '64:ff9b::/96': ['64:ff9b::', '64:ff9b::7f00:1', '64:ff9b::8.8.8.8', '64:ff9b::ffff:ffff'],
  '2002::/16': ['2002::', '2002:7f00:1::', '2002:808:808::1', '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  '2001::/32': ['2001::', '2001:0:808:808::1', '2001:0:ffff:ffff:ffff:ffff:ffff:ffff'],
  '2001:db8::/32': ['2001:db8::', '2001:db8:1::1', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'],
};

const asking = { method: 'GET', maxBytes: 1_000, timeoutMs: 60_000 } as const;

for (const [network, addresses] of Object.entries(networks))
  test(`[FED-6] nothing connects to ${network}, whatever leads there (F44)`, async (t) => {
    const attempts = connectionAttempts(t);
    for (const address of addresses) {
      const { lookup } = names([address]);
      await using guarded = await createGuardedClient({ privateAddresses: false, lookup });
      const ask = (host: string) => guarded.request({ ...asking, url: new URL(`https://${host}/`) });
      const literal = isIP(address) === 6 ? `[${address}]` : address;
      for (const host of ['b.example', 'b.example:8443', literal]) {
        const refused = [{ code: 'address_refused' }, `${host} at ${address}`] as const;
        await assert.rejects(ask(host), ...refused);
        await assert.rejects(liveTo(`https://${host}/federation/v1`, { privateAddresses: false, lookup }), ...refused);
      }
    }
    assert.deepEqual(attempts, []);
  });

test('[FED-6] what is looked at sees connections that are made (F44)', async (t) => {
  const attempts = connectionAttempts(t);
  const { lookup } = names(['127.0.0.1']);
  await using guarded = await createGuardedClient({ privateAddresses: true, lookup });
  for (const host of ['b.example:1', '127.0.0.1:1'])
    await assert.rejects(guarded.request({ ...asking, url: new URL(`https://${host}/`) }), { code: 'unreachable' });
  assert.deepEqual(attempts, ['127.0.0.1', '127.0.0.1']);
});
