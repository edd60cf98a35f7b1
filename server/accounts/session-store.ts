import type { Session } from '@folkmoot/protocol-spec/schemas/people.ts';
import { query, sql } from '../storage/query.ts';
import type { Tables } from '../storage/tables.ts';

export type SessionRow = Tables['sessions'];

export const findSessionByToken = query<{ hash: string }>()((p) =>
  sql.selectFrom('sessions').selectAll().where('token_hash', '=', p.hash),
);

export const findSessionByRefresh = query<{ hash: string }>()((p) =>
  sql.selectFrom('sessions').selectAll().where('refresh_hash', '=', p.hash),
);

export const findSessionByUsedRefresh = query<{ hash: string }>()((p) =>
  sql
    .selectFrom('used_refresh_tokens as used')
    .innerJoin('sessions', 'sessions.id', 'used.session')
    .selectAll('sessions')
    .where('used.hash', '=', p.hash),
);

export const sessionsOfUser = query<{ user: string; now: number }>()((p) =>
  sql
    .selectFrom('sessions')
    .selectAll()
    .where('user', '=', p.user)
    .where('refresh_expires', '>', p.now)
    .orderBy('last_seen', 'desc')
    .orderBy('id'),
);

export const expiredSessions = query<{ now: number }>()((p) =>
  sql.selectFrom('sessions').select('id').where('refresh_expires', '<=', p.now).limit(1_000),
);

export const insertSession = query<SessionRow>()((p) =>
  sql.insertInto('sessions').values({
    id: p.id,
    user: p.user,
    device: p.device,
    created: p.created,
    last_seen: p.last_seen,
    token_hash: p.token_hash,
    token_expires: p.token_expires,
    refresh_hash: p.refresh_hash,
    refresh_expires: p.refresh_expires,
  }),
);

type Rotated = Pick<SessionRow, 'id' | 'last_seen' | 'token_hash' | 'token_expires' | 'refresh_hash'>;

export const rotateSession = query<Rotated>()((p) =>
  sql
    .updateTable('sessions')
    .set({
      last_seen: p.last_seen,
      token_hash: p.token_hash,
      token_expires: p.token_expires,
      refresh_hash: p.refresh_hash,
    })
    .where('id', '=', p.id),
);

export const insertUsedRefresh = query<Tables['used_refresh_tokens']>()((p) =>
  sql.insertInto('used_refresh_tokens').values({ hash: p.hash, session: p.session }),
);

export const touchSession = query<{ id: string; last_seen: number }>()((p) =>
  sql.updateTable('sessions').set({ last_seen: p.last_seen }).where('id', '=', p.id),
);

export const deleteSession = query<{ id: string }>()((p) => sql.deleteFrom('sessions').where('id', '=', p.id));

export const deleteUsedRefresh = query<{ session: string }>()((p) =>
  sql.deleteFrom('used_refresh_tokens').where('session', '=', p.session),
);

export const sessionOf = ({ id, device, created, last_seen }: SessionRow, current: string): Session => ({
  id,
  device,
  created,
  last_seen,
  current: id === current,
});
