import { ProtocolError } from '@folkmoot/federation/protocol-error.ts';
import { isServerName } from '@folkmoot/federation/server-name.ts';
import type { Peer } from '@folkmoot/federation/peer-store.ts';
import type { KeyDocument } from '@folkmoot/federation/schemas.ts';
import { Type } from 'typebox';
import { PeerRefusal } from '../federation/peer-refusal.ts';
import type { Finding } from '../federation/examine.ts';
import { type Federation, reasonAgainstFederation } from '../federation/federation.ts';
import { followingOf } from '../federation/follower/following.ts';
import { noTrouble, type Trouble, troubleByHub } from '../federation/follower/trouble.ts';
import { ClientError } from '../federation/guarded-client.ts';
import { changes, OperationError, reads } from './operation.ts';
import type { AdminParts } from './parts.ts';
import { strict } from './schemas.ts';

const OneServer = Type.Object({ server: Type.String({ minLength: 1, maxLength: 300 }) }, strict);

const shown = ({ document: _document, ...peer }: Peer) => peer;

/** The other homeservers that this one has met or blocked. */
export const listPeers = reads(Type.Object({}, strict), async (parts) => {
  const { federation, config } = parts;
  const peers = federation ? await federation.peers.list() : [];
  const policy = federation ? config.federation : 'off';
  const troubles = await parts.database.read(troubleByHub);
  return {
    policy,
    off: reasonAgainstFederation(config) ?? null,
    allow: config.federation_allow,
    peers: peers.map((peer) => ({ ...shown(peer), trouble: troubles.get(peer.server) ?? noTrouble })),
  };
});

export const showPeer = reads(OneServer, async (parts, { server }) => {
  const peer = await requireFederation(parts).peers.find(server);
  if (!peer)
    throw new OperationError('not_found', `This homeserver has not met ${server}; folkmoot federation ping does.`);
  const document = peer.document === null ? null : (JSON.parse(peer.document) as KeyDocument);
  const following = await parts.database.read((reader) => followingOf(reader, server));
  return { ...shown(peer), document, following };
});

/** A signed request to another homeserver and back. */
export const pingPeer = reads(OneServer, async (parts, { server }) => {
  const federation = requireFederation(parts);
  requireName(parts, server);
  const { clock } = parts;
  const begin = performance.now();
  try {
    const answer = await federation.ping(server);
    const ms = Math.round(performance.now() - begin);
    const peer = await federation.peers.find(server);
    return { ...answer, root: peer?.root ?? null, ms, ahead_ms: answer.server_time - clock.now() };
  } catch (error) {
    throw pingProblem(server, error, clock.now());
  }
});

/** Asked twice it changes nothing the second time, and says so. */
export const blockPeer = changes(OneServer, async (parts, { server }) => {
  const federation = requireFederation(parts);
  requireName(parts, server);
  const before = await federation.peers.find(server);
  if (before?.state !== 'blocked') await federation.block(server);
  return { server, changed: before?.state !== 'blocked' };
});

/** Blocks all of a list; says which of them were no names. */
export const blockPeers = changes(
  Type.Object({ servers: Type.Array(Type.String({ maxLength: 300 }), { maxItems: 100 }) }, strict),
  async (parts, { servers }) => {
    const federation = requireFederation(parts);
    const done = { blocked: [] as string[], before: [] as string[], refused: [] as string[] };
    for (const server of servers) {
      if (!isName(parts, server)) done.refused.push(server);
      else if ((await federation.peers.find(server))?.state === 'blocked') done.before.push(server);
      else {
        await federation.block(server);
        done.blocked.push(server);
      }
    }
    return done;
  },
);

/** This homeserver as others see it. */
export const examinePeering = reads(Type.Object({}, strict), async (parts) => {
  const reason = reasonAgainstFederation(parts.config);
  if (!parts.federation) return [{ name: 'federation', status: 'skip' as const, found: `off: ${reason}` }];
  const troubles = await parts.database.read(troubleByHub);
  return [...(await parts.federation.examine()), lookAtPeers(await parts.federation.peers.list(), troubles)];
});

/** Whether there is something that only an admin can judge. */
function lookAtPeers(peers: readonly Peer[], troubles: ReadonlyMap<string, Trouble>): Finding {
  const name = 'other servers';
  const suspended = peers.filter(({ state }) => state === 'suspended').map(({ server }) => server);
  const [troubled] = troubles.keys();
  if (suspended.length > 0) {
    const advice = `Ask its admin; if it is right: folkmoot federation allow ${suspended[0]}`;
    return { name, status: 'warn', found: `another root key than at first contact: ${suspended.join(', ')}`, advice };
  }
  if (troubled !== undefined) {
    const found = `${[...troubles.keys()].join(', ')}: histories that do not hold, or were lost`;
    return { name, status: 'warn', found, advice: `folkmoot federation show ${troubled} says what.` };
  }
  return { name, status: 'ok', found: `${peers.length} known, nothing is wrong with them` };
}

export const allowPeer = changes(OneServer, async (parts, { server }) => {
  const federation = requireFederation(parts);
  requireName(parts, server);
  const before = await federation.allow(server);
  const { federation: policy, federation_allow: allowed } = parts.config;
  return {
    server,
    changed: before !== undefined && before.state !== 'ok',
    before: before?.state ?? null,
    missing_in_list: policy === 'allow-list' && !allowed.includes(server),
  };
});

function requireFederation({ federation, config }: AdminParts): Federation {
  if (federation) return federation;
  throw new OperationError('federation_off', `Federation is off: ${reasonAgainstFederation(config)}.`);
}

function isName({ config }: AdminParts, server: string): boolean {
  return isServerName(server, { testNames: config.federation_private_addresses === 'allow' });
}

function requireName(parts: AdminParts, server: string): void {
  if (isName(parts, server)) return;
  throw new OperationError('bad_server_name', `${server} is not the name of a homeserver, such as home.example.`);
}

/** In words for the admin: what went wrong here, on the way or there. */
function pingProblem(server: string, error: unknown, now: number): unknown {
  if (error instanceof ClientError)
    return new OperationError(error.code, `${server} gives no answer: ${error.message}.`);
  if (error instanceof PeerRefusal) {
    const ahead = error.serverTime === undefined ? 0 : Math.round((error.serverTime - now) / 1_000);
    const clocks =
      Math.abs(ahead) > 30 ? ` Its clock is ${Math.abs(ahead)} s ${ahead > 0 ? 'ahead of' : 'behind'} ours.` : '';
    return new OperationError(
      error.code,
      `${server} refuses (${error.status} ${error.code}): ${error.message}${clocks}`,
    );
  }
  if (!(error instanceof ProtocolError)) return error;
  if (error.code === 'identity_changed') {
    const text = `${server} has another root key than at first contact. If its admin says that this is right: folkmoot federation allow ${server}`;
    return new OperationError(error.code, text);
  }
  const blocked = `This homeserver does not talk with ${server}: it is blocked, or not in federation_allow.`;
  return new OperationError(error.code, error.code === 'server_blocked' ? blocked : `${error.message}.`);
}
