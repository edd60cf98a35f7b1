import { isServerName } from '@folkmoot/federation/server-name.ts';
import { type Federation, reasonAgainstFederation } from '../federation/federation.ts';
import { OperationError } from './operation.ts';
import type { AdminParts } from './parts.ts';

export function requireFederation({ federation, config }: AdminParts): Federation {
  if (federation) return federation;
  throw new OperationError('federation_off', `Federation is off: ${reasonAgainstFederation(config)}.`);
}

export function isPeerName({ config }: AdminParts, server: string): boolean {
  return isServerName(server, { testNames: config.federation_private_addresses === 'allow' });
}

export function requirePeerName(parts: AdminParts, server: string): void {
  if (isPeerName(parts, server)) return;
  throw new OperationError('bad_server_name', `${server} is not the name of a homeserver, such as home.example.`);
}
