import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, SocketAddress } from 'node:net';

/** Address of the client: the peer of the socket, or what trusted proxies say in X-Forwarded-For. */
export function clientAddress(trustedProxies: readonly string[]): (request: IncomingMessage) => string {
  const trusted = new BlockList();
  for (const entry of trustedProxies) trust(trusted, entry);
  const isTrusted = (address: string) => trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

  return (request) => {
    let address = unmapped(request.socket.remoteAddress ?? '');
    if (trustedProxies.length === 0) return address;
    const forwarded = String(request.headers['x-forwarded-for'] ?? '').split(',');
    // From the right: each trusted proxy vouches for the one address it added, and for nothing before that.
    while (isIP(address) !== 0 && isTrusted(address)) {
      const next = unmapped(forwarded.pop()?.trim() ?? '');
      if (isIP(next) === 0) break;
      address = next;
    }
    return address;
  };
}

/** What limits count by: an IPv4 address, or the /64 of an IPv6 address, because a client has a whole one. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const { address: normal } = new SocketAddress({ address: address.split('%', 1)[0] ?? address, family: 'ipv6' });
  const [head = '', tail] = normal.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail ? tail.split(':') : [];
  const groups =
    tail === undefined ? before : [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
  return `${groups.slice(0, 4).join(':')}::/64`;
}

/** A dual-stack socket shows IPv4 peers as `::ffff:192.0.2.1`. */
const unmapped = (address: string) =>
  address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;

function trust(list: BlockList, entry: string): void {
  const [address = '', prefix] = entry.split('/');
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (prefix === undefined) list.addAddress(address, family);
  else list.addSubnet(address, Number(prefix), family);
}
