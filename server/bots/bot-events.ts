import { requireIdentity } from '@folkmoot/federation/identity.ts';
import { ProtocolError } from '@folkmoot/federation/protocol-error.ts';
import { eventBodies, type HubParts, hubParts } from '@folkmoot/protocol-spec/schemas/events.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { findUser } from '../accounts/account-store.ts';
import { userSummaryOf } from '../accounts/user-summary.ts';
import { Refusal } from '../base/errors.ts';
import { recordAudit } from '../spaces/audit-store.ts';
import { findGrant, grantsOf, keepGrant } from '../spaces/bot-grants.ts';
import { findMemberRow } from '../spaces/member-store.ts';
import { isBanned, memberGone, removeMember, showGone } from '../spaces/membership.ts';
import { requireChannelStanding, requirePermission, requireStanding } from '../spaces/standing.ts';
import type { Reader } from '../storage/database.ts';
import { bindEvent, type EventBinding, type Shown } from '../streams/binding.ts';
import { rememberBot } from './known-bots.ts';
import { spaceBotOf } from './space-bot.ts';

export const botEvents: EventBinding[] = [
  bindEvent({
    type: 'bot.grant',
    body: eventBodies['bot.grant'],
    changesAccess: true,
    async decide(tx, { actor, space = '', stream, body }, now) {
      const standing = await requireStanding(tx, space, actor, now);
      if (standing.space.kind !== 'community' || stream !== '_') throw new Refusal('not_found');
      requirePermission(standing, 'space.manage');
      requireBot(body.bot, body.profile.identity);
      await requireSameHome(tx, standing.space.hub, body.profile.identity);
      if (body.expires !== null && body.expires <= now)
        throw new Refusal('invalid_body', { path: '/expires', expected: 'a time to come' });
      if (await isBanned(tx, space, body.bot)) throw new Refusal('banned');
      if (body.channels !== 'all')
        for (const channel of body.channels) await requireChannelStanding(tx, space, channel, actor, now);
      const others = (await grantsOf(tx, space)).filter(({ bot }) => bot !== body.bot);
      if (others.length >= limits.botsPerSpace) throw new Refusal('limit_reached', { limit: limits.botsPerSpace });
      return undefined;
    },
    async apply(tx, event) {
      const { profile, ...terms } = event.body;
      await rememberBot(tx, profile, event.ts);
      await keepGrant(tx, event.space, { by: event.actor, ts: event.ts, ...terms });
      const { bot, ...changes } = terms;
      await recordAudit(tx, event, { target: bot, targetName: profile.display_name, changes });
    },
    state: ({ body }) => ({ key: `grant:${body.bot}`, set: 'first' }),
    async show(reader, { space, body }) {
      const grant = await findGrant(reader, space, body.bot);
      if (!grant) return [];
      const d = { space, bot: await spaceBotOf(reader, space, grant) };
      return toManagersAndBot(space, body.bot, 'bot.granted', d);
    },
  }),

  bindEvent<(typeof eventBodies)['bot.revoke'], HubParts['bot.revoke']>({
    type: 'bot.revoke',
    body: eventBodies['bot.revoke'],
    hub: hubParts['bot.revoke'],
    changesAccess: true,
    async decide(tx, { actor, space = '', stream, body }, now) {
      const standing = await requireStanding(tx, space, actor, now);
      if (stream !== '_') throw new Refusal('not_found');
      requirePermission(standing, 'space.manage');
      if (!(await findGrant(tx, space, body.bot))) throw new Refusal('not_found');
      return { hub: { member: (await tx.get(findMemberRow, { space, user: body.bot })) !== undefined } };
    },
    async apply(tx, event) {
      const { bot, reason } = event.body;
      await removeMember(tx, event, bot, event.hub.member);
      await recordAudit(tx, event, { target: bot, targetName: await nameOf(tx, bot), reason });
    },
    state: ({ body }) => memberGone(body.bot),
    show: async (reader, { space, body: { bot }, hub }) => [
      ...(hub.member ? await showGone(reader, space, bot) : []),
      ...toManagersAndBot(space, bot, 'bot.revoked', { space, bot }),
    ],
  }),
];

/** Only what calls itself a bot, in a document that its own key signed. Throws `invalid_body`. [BOT-6] */
function requireBot(bot: string, document: unknown): void {
  try {
    const identity = requireIdentity(document);
    if (identity.user === bot && identity.bot) return;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
  }
  throw new Refusal('invalid_body', { path: '/bot', expected: 'a bot with its own identity document' });
}

/** A bot of the hub is an account there, and nobody's home changes with a grant. Throws `not_found`. */
async function requireSameHome(
  reader: Reader,
  hub: string,
  { user, home }: { user: string; home: string },
): Promise<void> {
  const row = await reader.get(findUser, { id: user });
  const isKnown = row?.bot === 1 && row.state === 'active' && (row.home ?? hub) === home;
  if (row ? !isKnown : home === hub) throw new Refusal('not_found');
}

function toManagersAndBot(space: string, bot: string, t: string, d: object): Shown[] {
  return [
    { audience: { to: 'permission', space, permission: 'space.manage' }, t, d },
    { audience: { to: 'user', user: bot }, t, d },
  ];
}

async function nameOf(reader: Reader, user: string): Promise<string> {
  return (await userSummaryOf(reader, user)).display_name;
}
