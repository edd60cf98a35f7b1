import { createHash } from 'node:crypto';
import { canonical, type Key, signed } from '@folkmoot/conformance-tests/puppet/keys.ts';
import { ndjson, type PuppetLine } from '@folkmoot/conformance-tests/puppet/puppet-line.ts';

export interface Answer {
  status?: number;
  body: string;
}

/** What a puppet hub shows of its community. */
export interface Shown {
  name: string;
  space: string;
  owner: { id: string };
  code: string;
  streams: ReadonlyMap<string, readonly PuppetLine[]>;
  memberCount: number;
  puppet: { signing: Key };
}

const community = { kind: 'community', name: 'Puppets', description: '' };

/** What an honest hub answers to a GET. */
export function pageOf(hub: Shown, path: string, query: URLSearchParams): Answer {
  const { code, space, streams } = hub;
  const [, , , , stream = '', what] = path.split('/');
  if (path === `/invites/${code}`) return { body: canonical(previewOf(hub)) };
  if (path === `/spaces/${space}`) return { body: canonical(summaryOf(hub)) };
  if (path === `/spaces/${space}/members`)
    return { body: `${canonical({ checkpoint: checkpointOf(hub, '_'), next: null })}\n` };
  const log = streams.get(stream);
  if (!log) return { status: 404, body: canonical({ code: 'not_found', message: 'There is nothing here.' }) };
  if (what === 'checkpoint') return { body: canonical(checkpointOf(hub, stream)) };
  if (what !== 'state') return { body: ndjson(eventsOf(log, query)) };
  const state = stream === '_' ? log : log.slice(0, 1);
  const head = canonical({ checkpoint: checkpointOf(hub, stream, state), members: 0, next: null });
  return { body: ndjson([head, ...state]) };
}

/** The signed head of a stream, or of what it says is its state. */
export function checkpointOf(
  { space, streams, puppet }: Shown,
  stream: string,
  state: readonly PuppetLine[] = [],
): object {
  const { epoch, seq, hash } = streams.get(stream)!.at(-1)!;
  const sum = createHash('sha256');
  for (const line of state) sum.update(`${line.hash}\n`);
  const unsigned = { v: 1, space, stream, epoch, seq, hash, ts: Date.now(), state_hash: sum.digest('base64url') };
  return signed('checkpoint', unsigned, puppet.signing);
}

function previewOf({ space: id, name: hub }: Shown): object {
  const space = { ...community, id, member_count: 1, hub };
  return { v: 1, invite: `n_${'a'.repeat(26)}`, space, inviter: 'owner', expires: null };
}

function summaryOf(hub: Shown): object {
  const streams = [...hub.streams].map(([stream, log]) => {
    const { epoch, seq, hash } = log.at(-1)!;
    return { stream, epoch, seq, hash };
  });
  const profile = { ...community, owner: hub.owner.id, hub: hub.name, created: Date.now() };
  const genesis = hub.streams.get('_')![0]!.text;
  return { v: 1, space: hub.space, profile, member_count: hub.memberCount, genesis, streams };
}

function eventsOf(log: readonly PuppetLine[], query: URLSearchParams): readonly PuppetLine[] {
  const limit = Number(query.get('limit') ?? 200);
  const [after, before] = [query.get('after'), query.get('before')];
  const isPast = (line: PuppetLine, place: string) => {
    const [epoch, seq] = place.split('.').map(Number) as [number, number];
    return line.epoch > epoch || (line.epoch === epoch && line.seq > seq);
  };
  if (before !== null) {
    const [epoch, seq] = before.split('.').map(Number) as [number, number];
    return log.filter((line) => !isPast(line, `${epoch}.${seq - 1}`)).slice(-limit);
  }
  return log.filter((line) => after === null || isPast(line, after)).slice(0, limit);
}
