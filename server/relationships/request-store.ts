import type { MessageRequest } from '@folkmoot/protocol-spec/schemas/people.ts';
import { summaryColumns, summaryOf } from '../accounts/user-summary.ts';
import type { Reader } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { Tables } from '../storage/tables.ts';

export type RequestRow = Tables['message_requests'];
type Key = Pick<RequestRow, 'user' | 'space'>;

export const findRequest = query<Key>()((p) =>
  sql.selectFrom('message_requests').selectAll().where('user', '=', p.user).where('space', '=', p.space),
);
export const putRequest = query<RequestRow>()((p) =>
  sql
    .insertInto('message_requests')
    .values({
      user: p.user,
      space: p.space,
      kind: p.kind,
      hub: p.hub,
      code: p.code,
      sender: p.sender,
      ts: p.ts,
      state: p.state,
    })
    .onConflict((conflict) =>
      conflict.columns(['user', 'space']).doUpdateSet({ code: p.code, sender: p.sender, ts: p.ts, state: p.state }),
    ),
);
export const deleteRequest = query<Key>()((p) =>
  sql.deleteFrom('message_requests').where('user', '=', p.user).where('space', '=', p.space),
);
export const ignoreRow = query<Key>()((p) =>
  sql
    .updateTable('message_requests')
    .set({ state: 'ignored' })
    .where('user', '=', p.user)
    .where('space', '=', p.space)
    .where('state', '=', 'open'),
);
export const openFrom = query<{ user: string; sender: string }>()((p) =>
  sql
    .selectFrom('message_requests')
    .select('space')
    .where('user', '=', p.user)
    .where('sender', '=', p.sender)
    .where('state', '=', 'open'),
);
/** Also those that were ignored or kept back. */
export const everyFrom = query<{ user: string; sender: string }>()((p) =>
  sql
    .selectFrom('message_requests')
    .selectAll()
    .where('user', '=', p.user)
    .where('sender', '=', p.sender)
    .orderBy('ts'),
);
export const reopenRow = query<Key>()((p) =>
  sql.updateTable('message_requests').set({ state: 'open' }).where('user', '=', p.user).where('space', '=', p.space),
);
/** Who has an open request of a user. */
export const openBySender = query<{ sender: string }>()((p) =>
  sql
    .selectFrom('message_requests')
    .select(['user', 'space'])
    .where('sender', '=', p.sender)
    .where('state', '=', 'open'),
);
export const countOpen = query<{ user: string }>()((p) =>
  sql
    .selectFrom('message_requests')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('user', '=', p.user)
    .where('state', '=', 'open'),
);
/** Also those that were ignored or kept back. */
export const countEvery = query<{ user: string }>()((p) =>
  sql
    .selectFrom('message_requests')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('user', '=', p.user),
);

/** Of users of another homeserver. */
export const countOpenFrom = query<{ user: string; home: string }>()((p) =>
  sql
    .selectFrom('message_requests')
    .innerJoin('users', 'users.id', 'message_requests.sender')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('message_requests.user', '=', p.user)
    .where('message_requests.state', '=', 'open')
    .where('users.home', '=', p.home),
);
export const countEveryFrom = query<{ user: string; home: string }>()((p) =>
  sql
    .selectFrom('message_requests')
    .innerJoin('users', 'users.id', 'message_requests.sender')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('message_requests.user', '=', p.user)
    .where('users.home', '=', p.home),
);

const named = query<{ user: string }>()((p) =>
  sql
    .selectFrom('message_requests')
    .innerJoin('users', 'users.id', 'message_requests.sender')
    .select(summaryColumns)
    .select(['message_requests.space', 'message_requests.kind', 'message_requests.ts'])
    .where('message_requests.user', '=', p.user)
    .where('message_requests.state', '=', 'open')
    .orderBy('message_requests.space'),
);

/** What waits for a user to be accepted, by the id of the space. [REQ-1] */
export async function requestsOf(reader: Reader, user: string): Promise<MessageRequest[]> {
  return (await reader.all(named, { user })).map(({ space, kind, ts, ...sender }) => ({
    space,
    kind,
    from: summaryOf(sender),
    ts,
  }));
}
