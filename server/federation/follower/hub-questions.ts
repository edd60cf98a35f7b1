import type { Cursor } from '@folkmoot/federation/schemas.ts';
import { verifyObject } from '@folkmoot/federation/signing.ts';
import { formatPosition } from '@folkmoot/protocol-spec/schemas/ids.ts';
import { peerPreviewInvite } from '@folkmoot/protocol-spec/schemas/federation/invites.ts';
import { peerListMembers } from '@folkmoot/protocol-spec/schemas/federation/members.ts';
import { peerGetSpace } from '@folkmoot/protocol-spec/schemas/federation/spaces.ts';
import {
  peerGetCheckpoint,
  peerHeal,
  peerListEvents,
  peerListState,
} from '@folkmoot/protocol-spec/schemas/federation/streams.ts';
import type { Checkpoint } from '@folkmoot/protocol-spec/schemas/federation/values.ts';
import type { StreamKey } from '../../streams/followed-log.ts';
import type { Federation } from '../federation.ts';
import { PeerRefusal } from '../peer-refusal.ts';
import type { PeerKeys } from './peer-keys.ts';
import type { HubQuestions } from './ports.ts';

/** `<epoch>.<seq>.<hash>`. */
function cursorText({ epoch, seq, hash }: Cursor): string {
  return `${epoch}.${seq}.${hash}`;
}

/** Of a text that has the form of a cursor. */
export function cursorOf(text: string): Cursor {
  const [epoch = '', seq = '', hash = ''] = text.split('.');
  return { epoch: Number(epoch), seq: Number(seq), hash };
}

/** The questions of a follower over the API between homeservers. A checkpoint that the hub did not sign counts as no answer. */
export function hubQuestions({ ask, askLines }: Pick<Federation, 'ask' | 'askLines'>, keys: PeerKeys): HubQuestions {
  async function requireCheckpoint(hub: string, key: StreamKey, checkpoint: Checkpoint) {
    const signer = await keys.find(hub, checkpoint.kid);
    const isOurs = checkpoint.space === key.space && checkpoint.stream === key.stream;
    if (!signer || !isOurs || !verifyObject('checkpoint', checkpoint, signer))
      throw new PeerRefusal(200, { code: 'not_understood', message: 'Its checkpoint is not signed as it should be.' });
    const { epoch, seq, hash, ts, state_hash } = checkpoint;
    return { epoch, seq, hash, ts, state_hash };
  }

  return {
    preview: (hub, code) => ask(hub, peerPreviewInvite, { params: { code } }),
    async heads(hub, space) {
      const found = await ask(hub, peerGetSpace, { params: { space } });
      const { member_count: members, with_unlisted: withUnlisted = false, streams } = found;
      return { members, withUnlisted, streams: new Map(streams.map(({ stream, ...cursor }) => [stream, cursor])) };
    },
    async after(hub, params, cursor, limit) {
      return (await askLines(hub, peerListEvents, { params, query: { after: cursorText(cursor), limit } })).lines;
    },
    async before(hub, params, place, limit) {
      return (await askLines(hub, peerListEvents, { params, query: { before: formatPosition(place), limit } })).lines;
    },
    async state(hub, params, after) {
      const { header, lines } = await askLines(hub, peerListState, { params, query: after ? { after } : {} });
      const checkpoint = await requireCheckpoint(hub, params, header.checkpoint);
      return { checkpoint, members: header.members, next: header.next, lines };
    },
    async members(hub, space, after) {
      const { header, lines } = await askLines(hub, peerListMembers, {
        params: { space },
        query: after ? { after } : {},
      });
      const checkpoint = await requireCheckpoint(hub, { space, stream: '_' }, header.checkpoint);
      return { checkpoint, members: lines.length, next: header.next, lines };
    },
    async users(hub, space, users) {
      const query = { users: users.join(',') };
      const { header, lines } = await askLines(hub, peerListMembers, { params: { space }, query });
      const checkpoint = await requireCheckpoint(hub, { space, stream: '_' }, header.checkpoint);
      return { checkpoint, members: lines.length, next: null, lines };
    },
    async heal(hub, params, lines) {
      return (await ask(hub, peerHeal, { params, lines })).head;
    },
    async checkpoint(hub, params) {
      return requireCheckpoint(hub, params, await ask(hub, peerGetCheckpoint, { params }));
    },
  };
}
