import { permissionsOf } from '@folkmoot/protocol-spec/schemas/permissions-of.ts';
import { nobody } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { Reader, Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { AppliedEvent, Deed } from '../streams/binding.ts';
import { hideLine, showLinesAbout, spacesWithHiddenLines } from '../streams/hidden-lines.ts';
import { findStream } from '../streams/lines-store.ts';
import type { UnlistedActors } from '../streams/unlisted-actors.ts';
import { findMemberRow } from './member-store.ts';
import { unknownMembersFrom } from './members-of-server.ts';
import { channelOf, findChannelRow, findSpaceRow, listRoles } from './space-store.ts';
import { findGone, listing } from './unlisted.ts';

type OfMember = { space: string; user: string };

const allUnlisted = query<object>()(() =>
  sql.selectFrom('members').select(['space', 'user']).where('unlisted', '>', listing.listed),
);
const allUnknownGone = query<object>()(() =>
  sql.selectFrom('unlisted_gone').select(['space', 'user']).where('unlisted', '=', listing.unknown),
);
const noteAct = query<{ stream_no: number; user: string }>()((p) =>
  sql
    .insertInto('unlisted_acts')
    .values({ stream_no: p.stream_no, user: p.user })
    .onConflict((conflict) => conflict.doNothing()),
);
const tellViewers = query<OfMember & { stream_no: number }>()((p) =>
  sql
    .insertInto('member_knowers')
    .columns(['space', 'user', 'server'])
    .expression(
      sql
        .selectFrom('server_streams')
        .select([sql.val(p.space).as('space'), sql.val(p.user).as('user'), 'server_streams.server'])
        .where('server_streams.stream_no', '=', p.stream_no)
        .where('server_streams.visible', '=', 1),
    )
    .onConflict((conflict) => conflict.doNothing()),
);
const forgetKnowers = query<OfMember>()((p) =>
  sql.deleteFrom('member_knowers').where('space', '=', p.space).where('user', '=', p.user),
);

/** What somebody does about their own membership shows them to nobody. */
const aboutSelf = new Set(['member.join', 'member.leave', 'member.update']);

/**
 * Who of the spaces of this homeserver is on no list, and what follows from it when they do something. Nearly all members are listed, so
 * that is known without a question: `#maybe` has all who are not, and some more.
 */
export class UnlistedMembers implements UnlistedActors {
  readonly #maybe: Set<string>;
  readonly #spaces: Set<string>;

  private constructor(maybe: Set<string>, spaces: Set<string>) {
    this.#maybe = maybe;
    this.#spaces = spaces;
  }

  static async read(reader: Reader): Promise<UnlistedMembers> {
    const [members, gone, spaces] = await Promise.all([
      reader.all(allUnlisted, {}),
      reader.all(allUnknownGone, {}),
      reader.all(spacesWithHiddenLines, {}),
    ]);
    return new UnlistedMembers(
      new Set([...members, ...gone].map(({ space, user }) => keyOf(space, user))),
      new Set(spaces.map(({ space }) => space)),
    );
  }

  /** False for nearly everybody who is on the lists. */
  maybe(space: string, user: string): boolean {
    return this.#maybe.size > 0 && this.#maybe.has(keyOf(space, user));
  }

  /** Whether some line about a member of the space may be hidden from other homeservers. */
  hidesIn(space: string): boolean {
    return this.#spaces.has(space);
  }

  async listedBy(tx: Writer, { space = '', actor, type, stream, body }: Deed): Promise<string[]> {
    const named = type === 'space.update' ? (body as { owner?: string }).owner : undefined;
    const listed: string[] = [];
    if (named !== undefined && (await this.#isUnlisted(tx, space, named))) listed.push(named);
    if (isAboutSelf(actor, type, body) || !(await this.#isUnlisted(tx, space, actor))) return listed;
    if (stream === '_' || (await isForEverybody(tx, space, stream))) listed.push(actor);
    return listed;
  }

  async endedBy(tx: Writer, { space = '', type, body }: Deed): Promise<string[]> {
    if (type !== 'server.block' || !this.hidesIn(space)) return [];
    return unknownMembersFrom(tx, { space, server: (body as { server: string }).server });
  }

  async hides(tx: Writer, { space = '', actor, type, body }: Deed): Promise<boolean> {
    if (type === 'member.join') return (body as { unlisted?: boolean }).unlisted === true;
    if (!this.maybe(space, actor)) return false;
    return (await tx.get(findMemberRow, { space, user: actor }))?.unlisted === listing.unknown;
  }

  async hideKey(tx: Writer, { space, streamNo: stream_no, epoch, seq }: AppliedEvent, home: string): Promise<void> {
    this.#spaces.add(space);
    await tx.run(hideLine, { stream_no, epoch, seq, user: home });
  }

  async healed(tx: Writer, event: AppliedEvent): Promise<void> {
    await this.applied(tx, event);
    const { space, type, actor, home, body } = event;
    // For whom a key was noted is not said with it: it is hidden until somebody of that home is shown to all.
    if (type === 'server.key') return this.hideKey(tx, event, (body as { server: string }).server);
    if (!this.hidesIn(space) || (await this.#isUnknown(tx, space, actor))) return;
    const root = await tx.get(findStream, { space, stream: '_' });
    if (root) await tx.run(showLinesAbout, { stream_no: root.no, user: home });
  }

  async applied(tx: Writer, event: AppliedEvent): Promise<void> {
    const { space, stream, streamNo: stream_no, epoch, seq, actor } = event;
    if (stream !== '_') return this.seenIn(tx, { space, stream, actor });
    const body = event.body as { user?: unknown; unlisted?: boolean };
    const user = typeof body.user === 'string' ? body.user : actor;
    if (body.unlisted === true) this.#maybe.add(keyOf(space, user));
    if (!this.maybe(space, user)) return;
    if (await this.#isUnknown(tx, space, user)) {
      this.#spaces.add(space);
      await tx.run(hideLine, { stream_no, epoch, seq, user });
    } else if (body.unlisted === false) {
      await tx.run(showLinesAbout, { stream_no, user });
      await tx.run(forgetKnowers, { space, user });
    }
  }

  async seenIn(
    tx: Writer,
    { space, stream, actor: user }: { space: string; stream: string; actor: string },
  ): Promise<void> {
    if (!this.maybe(space, user)) return;
    if ((await tx.get(findMemberRow, { space, user }))?.unlisted !== listing.unknown) return;
    const channel = await tx.get(findChannelRow, { space, channel: stream });
    if (!channel) return;
    const { stream_no } = channel;
    await tx.run(noteAct, { stream_no, user });
    await tx.run(tellViewers, { space, user, stream_no });
  }

  async #isUnknown(tx: Writer, space: string, user: string): Promise<boolean> {
    if (!this.maybe(space, user)) return false;
    const row = (await tx.get(findMemberRow, { space, user })) ?? (await tx.get(findGone, { space, user }));
    return row?.unlisted === listing.unknown;
  }

  async #isUnlisted(tx: Writer, space: string, user: string): Promise<boolean> {
    if (!this.maybe(space, user)) return false;
    return ((await tx.get(findMemberRow, { space, user }))?.unlisted ?? listing.listed) !== listing.listed;
  }
}

const keyOf = (space: string, user: string) => `${space} ${user}`;

const isAboutSelf = (actor: string, type: string, body: unknown) =>
  aboutSelf.has(type) && ((body as { user?: string }).user ?? actor) === actor;

/** Whether every member may view a channel; one that is being created counts as such. */
async function isForEverybody(reader: Reader, space: string, channel: string): Promise<boolean> {
  const [row, found, roles] = [
    await reader.get(findSpaceRow, { space }),
    await reader.get(findChannelRow, { space, channel }),
    await listRoles(reader, space),
  ];
  if (!row || !found) return true;
  const { owner, kind } = row;
  const { overrides } = channelOf(found);
  const member = { user: nobody, roles: [] };
  return permissionsOf({ owner, kind, roles, member, channel, overrides, now: 0 }).has('channel.view');
}
