import { importPublicKey, type PublicJwk, type PublicKey } from '@folkmoot/federation/keys.ts';
import { eventBodies } from '@folkmoot/protocol-spec/schemas/events.ts';
import { Refusal } from '../base/errors.ts';
import type { Reader } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import { bindEvent, type EventBinding } from './binding.ts';
import { intentOf } from './orphans.ts';

const keyOfServer = (server: string) => `key:${server}`;

/** Written by the hub itself: what history is verified with when a server is gone or a key was replaced. [KEY-9] */
export const keyEvents: EventBinding[] = [
  bindEvent({
    type: 'server.key',
    body: eventBodies['server.key'],
    async decide() {
      throw new Refusal('forbidden');
    },
    async apply() {
      // It is read from the log.
    },
    state: ({ body: { server } }) => ({ key: keyOfServer(server), set: 'more' }),
    show: async () => [],
  }),
  bindEvent({
    type: 'hub.key',
    body: eventBodies['hub.key'],
    async decide() {
      throw new Refusal('forbidden');
    },
    async apply() {
      // It is read from the log.
    },
    state: () => ({ key: 'hub', set: 'more' }),
    show: async () => [],
  }),
];

const attestedIn = query<{ space: string; key: string }>()((p) =>
  attestations().where('streams.space', '=', p.space).where('state_lines.key', '=', p.key),
);
const attestedAndShown = query<{ space: string; key: string }>()((p) =>
  attestations()
    .leftJoin('hidden_lines', (join) =>
      join
        .onRef('hidden_lines.stream_no', '=', 'state_lines.stream_no')
        .onRef('hidden_lines.epoch', '=', 'state_lines.epoch')
        .onRef('hidden_lines.seq', '=', 'state_lines.seq'),
    )
    .where('streams.space', '=', p.space)
    .where('state_lines.key', '=', p.key)
    .where('hidden_lines.user', 'is', null),
);
const attestedBy = query<{ hub: string; key: string }>()((p) =>
  attestations()
    .innerJoin('spaces', 'spaces.id', 'streams.space')
    .where('spaces.hub', '=', p.hub)
    .where('state_lines.key', '=', p.key)
    .limit(1_000),
);

function attestations() {
  return sql
    .selectFrom('state_lines')
    .innerJoin('streams', 'streams.no', 'state_lines.stream_no')
    .innerJoin('lines', (join) =>
      join
        .onRef('lines.stream_no', '=', 'state_lines.stream_no')
        .onRef('lines.epoch', '=', 'state_lines.epoch')
        .onRef('lines.seq', '=', 'state_lines.seq'),
    )
    .select('lines.payload');
}

/** Keys of a server that the hub of a space has noted in it; without `withHidden` only what all may see. */
export async function keysAttestedIn(
  reader: Reader,
  space: string,
  server: string,
  { withHidden = true }: { withHidden?: boolean } = {},
): Promise<PublicKey[]> {
  const asked = { space, key: keyOfServer(server) };
  return (await reader.all(withHidden ? attestedIn : attestedAndShown, asked)).flatMap(keysIn);
}

/** Keys of a server that a hub has noted in any of its spaces. */
export async function keysAttestedBy(reader: Reader, hub: string, server: string): Promise<PublicKey[]> {
  return (await reader.all(attestedBy, { hub, key: keyOfServer(server) })).flatMap(keysIn);
}

function keysIn(line: { payload: string | null }): PublicKey[] {
  const { keys = [] } = (intentOf(line)?.body ?? {}) as { keys?: PublicJwk[] };
  return keys.map((jwk) => importPublicKey(jwk));
}
