import type { Writer } from '../../storage/database.ts';
import { query, sql } from '../../storage/query.ts';

type OfServer = { space: string; server: string };

/** Members whom no other homeserver was told of since they joined. */
const unknownMembers = 2;

const knowAll = query<OfServer>()((p) =>
  sql
    .insertInto('member_knowers')
    .columns(['space', 'user', 'server'])
    .expression(
      sql
        .selectFrom('members')
        .select(['members.space', 'members.user', sql.val(p.server).as('server')])
        .where('members.space', '=', p.space)
        .where('members.unlisted', '=', unknownMembers),
    )
    .onConflict((conflict) => conflict.doNothing()),
);
const knowThoseIn = query<OfServer & { stream_no: number }>()((p) =>
  sql
    .insertInto('member_knowers')
    .columns(['space', 'user', 'server'])
    .expression(
      sql
        .selectFrom('unlisted_acts')
        .select([sql.val(p.space).as('space'), 'unlisted_acts.user', sql.val(p.server).as('server')])
        .where('unlisted_acts.stream_no', '=', p.stream_no),
    )
    .onConflict((conflict) => conflict.doNothing()),
);
const knowNobody = query<OfServer>()((p) =>
  sql.deleteFrom('member_knowers').where('space', '=', p.space).where('server', '=', p.server),
);

/** Its last moderator is none any more: it goes on being told of those whom it knows, until they go. */
export const keepKnowing = (tx: Writer, of: OfServer) => tx.run(knowAll, of);

/** A channel has come into its view, with what unlisted members did there. */
export const knowActorsOf = (tx: Writer, of: OfServer & { stream_no: number }) => tx.run(knowThoseIn, of);

/** It is not in the space any more. */
export const forgetMembers = (tx: Writer, of: OfServer) => tx.run(knowNobody, of);
