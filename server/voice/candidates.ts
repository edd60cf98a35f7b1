import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { IceCandidate } from '@folkmoot/protocol-spec/schemas/gateway/ortc.ts';
import type { Config } from '../base/settings.ts';
import type { Listen } from './media-workers.ts';

/** Interfaces of containers and virtual machines: nobody comes in that way, and each costs a client some checks. */
const inner = /^(docker|br-|veth|virbr|cni|flannel|lxc|lxd)/;
const MOST = 6;

/** A homeserver for whoever sits in front of it: its page is at this machine's own name. */
export function isLocalOnly({ public_url: publicUrl }: Pick<Config, 'public_url'>): boolean {
  const { hostname } = new URL(publicUrl);
  return hostname === 'localhost' || hostname.endsWith('.localhost') || /^(127\.|\[::1\]$)/.test(hostname);
}

/** Addresses under which clients reach the media ports: those of the settings, else what can be found out. */
export async function announcedAddresses(
  config: Pick<Config, 'public_url' | 'voice_announced_address' | 'voice_listen'>,
): Promise<string[]> {
  const { voice_announced_address: announced, voice_listen: listen } = config;
  if (announced.length > 0) return unique((await Promise.all(announced.map(addressesOf))).flat());
  if (listen !== '0.0.0.0' && listen !== '::') return [listen];
  const { hostname } = new URL(config.public_url);
  const own = ownAddresses();
  if (isLocalOnly(config)) return unique(['127.0.0.1', ...own]);
  return unique([...(await addressesOf(hostname.replace(/^\[|\]$/g, ''))), ...own]);
}

function ownAddresses(): string[] {
  return Object.entries(interfaces())
    .filter(([name]) => !inner.test(name))
    .flatMap(([, addresses]) => addresses ?? [])
    .filter(({ internal, address }) => !internal && !/^(fe80|169\.254)/i.test(address))
    .sort((a, b) => a.family.localeCompare(b.family))
    .map(({ address }) => address);
}

/** A service with few rights may not ask. */
function interfaces(): ReturnType<typeof networkInterfaces> {
  try {
    return networkInterfaces();
  } catch {
    return {};
  }
}

const isOfFamily =
  (address: string) =>
  (candidate: { address: string }): boolean =>
    isIP(candidate.address) === isIP(address);

/** Not all browsers look up names in candidates. */
async function addressesOf(nameOrAddress: string): Promise<string[]> {
  if (isIP(nameOrAddress) !== 0) return [nameOrAddress];
  try {
    return (await lookup(nameOrAddress, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
}

const unique = (addresses: readonly string[]) => [...new Set(addresses)].slice(0, MOST);

/** Where media workers listen: for IPv6 beside IPv4 where there is an address of it to announce. */
export function listensFor(listen: string, addresses: readonly string[]): Listen[] {
  const first = (family: number) => addresses.find((address) => isIP(address) === family);
  const [v4, v6] = [first(4), first(6)];
  if (listen !== '0.0.0.0') return [{ ip: listen, announced: (listen.includes(':') ? v6 : v4) ?? listen }];
  return [
    ...(v4 === undefined ? [] : [{ ip: '0.0.0.0', announced: v4 }]),
    ...(v6 === undefined ? [] : [{ ip: '::', announced: v6 }]),
  ];
}

/** The candidates of a port under each address of its family. mediasoup is ICE-lite and answers whatever reaches the port. */
export function candidatesFor(
  candidates: readonly Omit<IceCandidate, 'ip'>[],
  addresses: readonly string[],
): IceCandidate[] {
  return addresses.flatMap((address, index) =>
    candidates.filter(isOfFamily(address)).map(({ foundation, priority, protocol, port, type, tcpType }) => ({
      foundation: `${foundation}${index}`,
      priority: priority - index * 16,
      address,
      ip: address,
      protocol,
      port,
      type,
      ...(tcpType ? { tcpType } : {}),
    })),
  );
}
