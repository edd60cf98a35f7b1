import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { Type } from 'typebox';
import { changes, OperationError } from './operation.ts';
import { isPeerName, requireFederation, requirePeerName } from './require-peer.ts';
import { strict } from './schemas.ts';

const ServerText = Type.String({ minLength: 1, maxLength: 300 });
/** What is longer than a reason may be is refused with its own code. */
const ReasonText = Type.Optional(Type.String({ maxLength: 65_536 }));

/** Asked twice it changes nothing the second time, and says so; another reason takes the place of the one before. */
export const blockPeer = changes(
  Type.Object({ server: ServerText, reason: ReasonText }, strict),
  async (parts, { server, reason: given }) => {
    const federation = requireFederation(parts);
    requirePeerName(parts, server);
    const before = await federation.peers.find(server);
    const isBlocked = before?.state === 'blocked';
    const reason = given === undefined ? (before?.reason ?? null) : requireReason(given);
    const changed = !isBlocked || reason !== before.reason;
    if (changed) await federation.block(server, reason);
    return { server, changed, was_blocked: isBlocked, reason };
  },
);

/** Blocks all of a list; says which of them were no names. Reasons of one's own stay, and those that are too long are cut. */
export const blockPeers = changes(
  Type.Object(
    { blocks: Type.Array(Type.Object({ server: ServerText, reason: ReasonText }, strict), { maxItems: 100 }) },
    strict,
  ),
  async (parts, { blocks }) => {
    const federation = requireFederation(parts);
    const done = { blocked: [] as string[], before: [] as string[], refused: [] as string[] };
    for (const { server, reason: given = '' } of blocks) {
      if (!isPeerName(parts, server)) {
        done.refused.push(server);
        continue;
      }
      const peer = await federation.peers.find(server);
      const reason = peer?.reason ?? (inOneLine(given).slice(0, limits.reasonLength).join('').trim() || null);
      (peer?.state === 'blocked' ? done.before : done.blocked).push(server);
      if (peer?.state === 'blocked' && reason === peer.reason) continue;
      await federation.block(server, reason);
      parts.log.info({ server, reason }, 'blocked by a list');
    }
    return done;
  },
);

function requireReason(text: string): string | null {
  const characters = inOneLine(text);
  const most = limits.reasonLength;
  if (characters.length <= most) return characters.join('') || null;
  throw new OperationError(
    'reason_too_long',
    `A reason has at most ${most} characters, this one ${characters.length}.`,
  );
}

/** As a list of blocks can say it behind a name. */
const inOneLine = (text: string): string[] => [
  ...text
    .toWellFormed()
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim(),
];
