import { checkerOf } from '@folkmoot/protocol-spec/schemas/check.ts';
import type { Static } from 'typebox';
import { blockPeer, blockPeers } from './block-peers.ts';
import { createBot, createBotToken, deleteBot, listBots, revokeBotTokens } from './bot-operations.ts';
import { inviteToRegister, inviteToSpace } from './create-invite.ts';
import { explainPermission } from './explain-permission.ts';
import { allowPeer, examinePeering, listPeers, pingPeer, showPeer } from './federation-operations.ts';
import { revokeKey, rotateKeys, showKeys } from './key-operations.ts';
import { listSpaces } from './list-spaces.ts';
import { listUsers } from './list-users.ts';
import { OperationError, type Operation } from './operation.ts';
import type { AdminParts } from './parts.ts';
import { listStreams, readLines } from './read-streams.ts';
import { listReports, resolveReport, showReport } from './report-operations.ts';
import { finishRestore, restoreStatus } from './restore-operations.ts';
import { showSpace } from './show-space.ts';
import { status } from './status.ts';
import { voiceStatus } from './voice-status.ts';
import { createUser, grantAdmin, resetPassword, restoreUser, suspendUser } from './user-operations.ts';

const table = {
  status,
  'user.create': createUser,
  'user.list': listUsers,
  'user.suspend': suspendUser,
  'user.restore': restoreUser,
  'user.reset-password': resetPassword,
  'user.grant-admin': grantAdmin,
  'bot.create': createBot,
  'bot.list': listBots,
  'bot.token': createBotToken,
  'bot.revoke': revokeBotTokens,
  'bot.delete': deleteBot,
  'invite.to-register': inviteToRegister,
  'invite.to-space': inviteToSpace,
  'space.list': listSpaces,
  'space.show': showSpace,
  'space.streams': listStreams,
  'space.lines': readLines,
  'explain-permission': explainPermission,
  'federation.peers': listPeers,
  'federation.show': showPeer,
  'federation.ping': pingPeer,
  'federation.block': blockPeer,
  'federation.block-all': blockPeers,
  'federation.doctor': examinePeering,
  'federation.allow': allowPeer,
  'report.list': listReports,
  'report.show': showReport,
  'report.resolve': resolveReport,
  'restore.status': restoreStatus,
  'restore.finish': finishRestore,
  'voice.status': voiceStatus,
  'keys.show': showKeys,
  'keys.rotate': rotateKeys,
  'keys.revoke': revokeKey,
};

type Table = typeof table;
export type OperationName = keyof Table;
export type InputOf<Name extends OperationName> = Static<Table[Name]['input']>;
export type ResultOf<Name extends OperationName> = Awaited<ReturnType<Table[Name]['run']>>;

const operations = new Map<string, Operation>(Object.entries(table as unknown as Record<string, Operation>));
const checks = new Map([...operations].map(([name, { input }]) => [name, checkerOf(input)]));

/**
 * Carries out an operation by name, with input from outside. Throws OperationError `unknown_operation`, `invalid_input` or what the
 * operation itself refuses with, and Refusals.
 */
export async function runOperation(parts: AdminParts, name: string, input: unknown): Promise<unknown> {
  const operation = operations.get(name);
  if (!operation) {
    throw new OperationError('unknown_operation', `This homeserver does not know how to ${name}; it may be older.`);
  }
  if (!checks.get(name)?.(input)) {
    throw new OperationError('invalid_input', `The homeserver does not take this input for ${name}.`);
  }
  const result = await operation.run(parts, input);
  if (operation.changes) parts.log.info({ operation: name, ...targetOf(input) }, 'done for an admin');
  return result;
}

/** Whom or what it was done to, for the log; never a password. */
function targetOf(input: unknown): Record<string, unknown> {
  const { user, handle, bot, space, server, reason, kid, report } = input as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries({ user, handle, bot, space, server, reason, kid, report }).filter(
      ([, value]) => value !== undefined,
    ),
  );
}
