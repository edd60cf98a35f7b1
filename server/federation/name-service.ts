import { promises, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { callbackify } from 'node:util';

const PATIENCE = { timeout: 1_500, tries: 2 };
/** How long addresses of one kind wait for those of the other. */
const OTHER_KIND_MS = 300;

/**
 * Addresses from the name service itself. The system's own way (getaddrinfo) has two threads for the whole process: a few names for which
 * nobody answers, and anybody can make those up, would keep all others from being found. It knows no hosts file.
 */
export function nameService(servers?: readonly string[]): LookupFunction {
  const ask = callbackify(addressesOf);
  return (hostname, options, callback) =>
    ask(hostname, servers, (error, found) => {
      if (error) return callback(error, []);
      const [first] = found;
      if (options.all || !first) callback(null, found);
      else callback(null, first.address, first.family);
    });
}

async function addressesOf(hostname: string, servers: readonly string[] | undefined): Promise<LookupAddress[]> {
  // A new one each time, because what the machine is set to ask may change.
  const resolver = new promises.Resolver(PATIENCE);
  if (servers) resolver.setServers(servers);
  const found = new Map<number, string[]>();
  const asked = [
    resolver.resolve4(hostname).then((addresses) => found.set(4, addresses)),
    resolver.resolve6(hostname).then((addresses) => found.set(6, addresses)),
  ];
  try {
    await Promise.any(asked);
    await Promise.race([Promise.allSettled(asked), wait(OTHER_KIND_MS)]);
  } catch (error) {
    throw (error as AggregateError).errors[0];
  } finally {
    resolver.cancel();
  }
  return [...found]
    .sort(([a], [b]) => a - b)
    .flatMap(([family, addresses]) => addresses.map((address) => ({ address, family })));
}
