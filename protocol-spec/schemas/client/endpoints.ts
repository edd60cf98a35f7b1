import type { Endpoint } from './endpoint.ts';
import * as accounts from './accounts.ts';
import * as blockedServers from './blocked-servers.ts';
import * as bots from './bots.ts';
import * as channels from './channels.ts';
import * as invites from './invites.ts';
import * as members from './members.ts';
import * as messages from './messages.ts';
import * as relationships from './relationships.ts';
import * as reports from './reports.ts';
import * as roles from './roles.ts';
import * as server from './server.ts';
import * as spaceBots from './space-bots.ts';
import * as streamTokens from './stream-tokens.ts';
import * as spaces from './spaces.ts';

const isEndpoint = (value: unknown): value is Endpoint =>
  typeof value === 'object' && value !== null && 'method' in value && 'path' in value;

/** Every endpoint of the client API. */
export const endpoints: readonly Endpoint[] = [
  server,
  accounts,
  spaces,
  roles,
  channels,
  streamTokens,
  members,
  blockedServers,
  reports,
  invites,
  messages,
  relationships,
  bots,
  spaceBots,
].flatMap((resource) => Object.values(resource).filter(isEndpoint));
