import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { clientAddress, networkOf } from './client-address.ts';

const request = (remoteAddress: string, forwarded?: string) =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage;

const proxies = ['127.0.0.1', '10.0.0.0/8', '::1'];

const cases: [string, readonly string[], string, string | undefined, string][] = [
  ['nobody is trusted', [], '127.0.0.1', '192.0.2.1', '127.0.0.1'],
  ['a trusted proxy', proxies, '127.0.0.1', '192.0.2.1', '192.0.2.1'],
  ['a trusted proxy over IPv6', proxies, '::1', '192.0.2.1', '192.0.2.1'],
  ['a mapped address', proxies, '::ffff:127.0.0.1', '192.0.2.1', '192.0.2.1'],
  ['a stranger who forges the header', proxies, '192.0.2.7', '192.0.2.1', '192.0.2.7'],
  ['a client who forges the header behind a proxy', proxies, '127.0.0.1', '198.51.100.9, 192.0.2.1', '192.0.2.1'],
  ['two proxies', proxies, '127.0.0.1', '198.51.100.9, 192.0.2.1, 10.1.2.3', '192.0.2.1'],
  ['nonsense from a proxy', proxies, '127.0.0.1', 'unknown', '127.0.0.1'],
  ['no header', proxies, '127.0.0.1', undefined, '127.0.0.1'],
];

for (const [what, trusted, peer, forwarded, address] of cases) {
  test(`address with ${what}`, () => assert.equal(clientAddress(trusted)(request(peer, forwarded)), address));
}

const networks: [string, string][] = [
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2:0:0:0:9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['', ''],
];

for (const [address, network] of networks) {
  test(`limits of ${address || 'no address'} count for ${network || 'none'}`, () =>
    assert.equal(networkOf(address), network));
}
