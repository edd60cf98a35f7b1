import * as messages from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import {
  comparePositions,
  formatPosition,
  type PositionParts,
  positionOf,
} from '@folkmoot/protocol-spec/schemas/ids.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { Message, ReadState } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { summaryOf, userSummaryOf } from '../accounts/user-summary.ts';
import type { Clock } from '../base/clock.ts';
import { Refusal } from '../base/errors.ts';
import { bind, type Binding } from '../http/bind.ts';
import { hiddenFrom, strangersTo } from '../relationships/blocks.ts';
import { findMember } from '../spaces/member-store.ts';
import { viewOf } from '../spaces/opening-space.ts';
import { newestMessage, raiseMarker } from '../spaces/read-state.ts';
import { type ChannelStanding, requireChannelStanding, requirePermission } from '../spaces/standing.ts';
import type { Database, Reader } from '../storage/database.ts';
import type { Committer } from '../streams/committer.ts';
import { type DeedInSpace, type Deeds, done } from '../streams/deeds.ts';
import type { Signals } from '../streams/signals.ts';
import { createdMessage, requireMessage } from './message-events.ts';
import { findMessage, messageOf, pinnedMessages, reactorsOf } from './message-store.ts';
import { messagesPage, type PageQuery } from './messages-page.ts';
import { searchMessages } from './search-messages.ts';
import type { PastElsewhere } from './searched-past.ts';
import { SearchesAtOnce } from './searches-at-once.ts';
import { asReadBy } from './withheld.ts';

/** How long a typing indicator is shown, in ms. */
const TYPING = 10_000;

export interface MessageParts {
  database: Database;
  committer: Committer;
  deeds: Deeds;
  signals: Signals;
  clock: Clock;
  /** The past of channels of other hubs, which is fetched when somebody reads it. */
  history?: HistoryElsewhere | undefined;
}

export interface HistoryElsewhere extends PastElsewhere {
  isElsewhere(space: string): boolean;
}

interface At {
  space: string;
  channel: string;
}

export function messageRoutes({ database, committer, deeds, signals, clock, history }: MessageParts): Binding[] {
  const searchesAtOnce = new SearchesAtOnce();
  const deed = (
    actor: string,
    { space, channel }: At,
    type: string,
    ref: string[],
    body: object,
    id?: string,
  ): DeedInSpace => ({ actor, space, stream: channel, type, ref, body, id });
  const standingIn = (reader: Reader, { space, channel }: At, user: string) =>
    requireChannelStanding(reader, space, channel, user, clock.now());
  const readable = async (reader: Reader, at: At, user: string): Promise<ChannelStanding> => {
    const standing = await standingIn(reader, at, user);
    requirePermission(standing, 'message.history');
    return standing;
  };

  return [
    bind(messages.sendMessage, ({ params, body: { content, reply_to, nonce }, actor }) => {
      const ref = reply_to === undefined ? [] : [reply_to];
      const sent = deed(actor.user, params, 'message.create', ref, { content }, nonce);
      return deeds.perform(sent, async (reader, submitted): Promise<Message> => {
        const { event } = submitted;
        // Another hub may claim anything.
        if (!event) throw new Refusal('not_found');
        if (!submitted.repeated) return createdMessage(reader, event as Parameters<typeof createdMessage>[1]);
        await standingIn(reader, params, actor.user);
        const row = await reader.get(findMessage, { stream_no: event.streamNo, epoch: event.epoch, seq: event.seq });
        if (!row) throw new Refusal('not_found');
        return messageOf(reader, params, row, actor.user);
      });
    }),

    bind(messages.listMessages, async ({ params, query, actor }) => {
      const page = () =>
        database.read(async (reader) =>
          messagesPage(reader, params, await readable(reader, params, actor.user), query),
        );
      if (!history?.isElsewhere(params.space)) return page();
      await database.read((reader) => readable(reader, params, actor.user));
      const older = await history.ensureHistory(params.space, params.channel, wantedBy(query));
      const here = await page();
      return { ...here, more_before: here.more_before || older };
    }),

    bind(messages.getMessage, ({ params, actor }) =>
      database.read(async (reader) => {
        const standing = await readable(reader, params, actor.user);
        const row = await requireMessage(reader, standing, params.message);
        if ((await hiddenFrom(reader, standing.space.kind, standing.user))?.has(row.author))
          throw new Refusal('not_found');
        const [message] = asReadBy(standing, [await messageOf(reader, params, row, actor.user)]);
        return message as Message;
      }),
    ),

    bind(messages.searchMessages, ({ query, actor }) =>
      searchesAtOnce.run(actor.user, () => searchMessages({ database, clock, history }, actor.user, query)),
    ),

    bind(messages.editMessage, ({ params, body, actor }) =>
      deeds.perform(
        deed(actor.user, params, 'message.update', [params.message], { content: body.content }),
        async (reader) => {
          const row = await requireMessage(reader, await standingIn(reader, params, actor.user), params.message);
          return messageOf(reader, params, row, actor.user);
        },
      ),
    ),

    bind(messages.deleteMessage, ({ params, actor }) =>
      deeds.perform(deed(actor.user, params, 'message.delete', [params.message], {}), done),
    ),

    bind(messages.addReaction, ({ params, actor }) =>
      deeds.perform(deed(actor.user, params, 'reaction.add', [params.message], { emoji: params.emoji }), done),
    ),

    bind(messages.removeReaction, ({ params, actor }) =>
      deeds.perform(deed(actor.user, params, 'reaction.remove', [params.message], { emoji: params.emoji }), done),
    ),

    bind(messages.listReactions, ({ params, actor }) =>
      database.read(async (reader) => {
        const { stream_no, epoch, seq } = await requireMessage(
          reader,
          await readable(reader, params, actor.user),
          params.message,
        );
        const users = await reader.all(reactorsOf, { stream_no, epoch, seq, emoji: params.emoji });
        return { users: users.map(summaryOf) };
      }),
    ),

    bind(messages.pinMessage, ({ params, actor }) =>
      deeds.perform(deed(actor.user, params, 'pin.add', [params.message], {}), done),
    ),

    bind(messages.unpinMessage, ({ params, actor }) =>
      deeds.perform(deed(actor.user, params, 'pin.remove', [params.message], {}), done),
    ),

    bind(messages.listPins, ({ params, actor }) =>
      database.read(async (reader) => {
        const standing = await readable(reader, params, actor.user);
        const hidden = await hiddenFrom(reader, standing.space.kind, standing.user);
        const pinned: Message[] = [];
        for (const message of await reader.all(pinnedMessages, { stream_no: standing.row.stream_no })) {
          if (hidden?.has(message.author)) continue;
          pinned.push(await messageOf(reader, params, message, actor.user));
        }
        return { messages: asReadBy(standing, pinned) };
      }),
    ),

    bind(messages.markRead, async ({ params, body, actor }) => {
      const view = await committer.commit(async (tx): Promise<ReadState> => {
        const { row, member, space } = await standingIn(tx, params, actor.user);
        const { epoch, seq } = placeWithin(body.message, await newestMessage(tx, row.stream_no));
        await tx.run(raiseMarker, { user: actor.user, stream_no: row.stream_no, epoch, seq });
        return viewOf(tx, space.kind, row, actor.user, member.roles);
      });
      signals.send({ audience: { to: 'user', user: actor.user }, t: 'read.updated', d: { ...params, view } });
      return view;
    }),

    bind(messages.startTyping, async ({ params, actor }) => {
      const typing = await database.read(async (reader) => {
        const standing = await standingIn(reader, params, actor.user);
        if (standing.channel.kind !== 'text') throw new Refusal('not_found');
        requirePermission(standing, 'message.send');
        // What is not said yet shows nobody. [UNL-3]
        if (standing.member.unlisted) return undefined;
        const except = await strangersTo(reader, actor.user);
        const isForHere = await isAnyOfElsewhere(reader, params.space, except);
        return { user: await userSummaryOf(reader, actor.user), except, isForHere };
      });
      if (!typing) return;
      const { space, channel } = params;
      const { user, ...told } = typing;
      signals.send({
        audience: { to: 'channel', space, channel },
        ...told,
        t: 'typing.started',
        d: { space, channel, user, until: clock.now() + TYPING },
      });
    }),
  ];
}

/** Whether any of some users is a member from another homeserver. */
async function isAnyOfElsewhere(reader: Reader, space: string, users: ReadonlySet<string>): Promise<boolean> {
  for (const user of users) if ((await findMember(reader, space, user))?.user.home !== undefined) return true;
  return false;
}

/** A marker never stands beyond the newest message. Throws `not_found` for a channel without messages. */
function placeWithin(position: string, newest: PositionParts | undefined): PositionParts {
  if (!newest) throw new Refusal('not_found');
  return comparePositions(position, formatPosition(newest)) > 0 ? newest : positionOf(position);
}

/** What has to be here for a page: all after a place, or so many messages before it. */
function wantedBy({ before, after, around, limit = limits.defaultPageSize }: PageQuery) {
  if (after !== undefined) return { before: after, limit: -1 };
  const place = before ?? around;
  return { limit, ...(place === undefined ? {} : { before: place }) };
}
