import { ProtocolError } from '@folkmoot/federation/protocol-error.ts';
import type { Peer } from '@folkmoot/federation/peer-store.ts';
import type { KeyDocument } from '@folkmoot/federation/schemas.ts';
import { Type } from 'typebox';
import { PeerRefusal } from '../federation/peer-refusal.ts';
import type { Finding } from '../federation/examine.ts';
import { reasonAgainstFederation } from '../federation/federation.ts';
import { followingOf } from '../federation/follower/following.ts';
import { noTrouble, type Trouble, troubleByHub } from '../federation/follower/trouble.ts';
import { ClientError } from '../federation/guarded-client.ts';
import { changes, OperationError, reads } from './operation.ts';
import { requireFederation, requirePeerName } from './require-peer.ts';
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
  requirePeerName(parts, server);
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
  requirePeerName(parts, server);
  const before = await federation.allow(server);
  const { federation: policy, federation_allow: allowed } = parts.config;
  return {
    server,
    changed: before !== undefined && before.state !== 'ok',
    before: before?.state ?? null,
    missing_in_list: policy === 'allow-list' && !allowed.includes(server),
  };
});

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
