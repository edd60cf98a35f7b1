import type { AnswerOf } from '@folkmoot/protocol-spec/schemas/client/endpoint.ts';
import type { getServer as endpoint } from '@folkmoot/protocol-spec/schemas/client/server.ts';
import type { AccountParts } from './parts.ts';
import { hasAdmin } from './set-up-link.ts';

/** What anybody may know of this homeserver. [API-1] */
export async function getServer({
  db,
  config,
  version,
}: Pick<AccountParts, 'db' | 'config' | 'version'>): Promise<AnswerOf<typeof endpoint>> {
  return {
    name: config.server_name,
    software: 'folkmoot',
    version,
    versions: [1],
    registration: config.registration,
    email: config.email,
    set_up: await db.read(hasAdmin),
    gateway: '/gateway',
    features: [],
  };
}
