import type { Account, User } from '@folkmoot/protocol-spec/schemas/people.ts';
import type { Secrets } from '../base/secrets.ts';
import { query, sql } from '../storage/query.ts';
import type { Tables } from '../storage/tables.ts';
import { summaryOf } from './user-summary.ts';

export type UserRow = Tables['users'];

export const findUser = query<{ id: string }>()((p) => sql.selectFrom('users').selectAll().where('id', '=', p.id));

export const findUserByHandle = query<{ handle: string }>()((p) =>
  sql.selectFrom('users').selectAll().where('handle', '=', p.handle).where('home', 'is', null),
);

export const findUserByEmail = query<{ index: string }>()((p) =>
  sql.selectFrom('users').selectAll().where('email_index', '=', p.index),
);

export const findUserBySkeleton = query<{ skeleton: string }>()((p) =>
  sql.selectFrom('users').select('id').where('handle_skeleton', '=', p.skeleton),
);

export const findAdmin = query<object>()(() =>
  sql
    .selectFrom('users')
    .select('id')
    .where('admin', '=', 1)
    .where('home', 'is', null)
    .where('state', '!=', 'deleted')
    .limit(1),
);

export const insertUser = query<UserRow>()((p) =>
  sql.insertInto('users').values({
    id: p.id,
    handle: p.handle,
    handle_skeleton: p.handle_skeleton,
    display_name: p.display_name,
    bio: p.bio,
    pronouns: p.pronouns,
    email_sealed: p.email_sealed,
    email_index: p.email_index,
    password: p.password,
    admin: p.admin,
    state: p.state,
    status: p.status,
    status_text: p.status_text,
    identity_sealed: p.identity_sealed,
    identity: p.identity,
    created: p.created,
    home: p.home,
    bot: p.bot,
  }),
);

/** Somebody who cannot log in here and has said nothing of themselves. */
export const blankUser = {
  handle_skeleton: null,
  bio: '',
  pronouns: '',
  email_sealed: null,
  email_index: null,
  password: null,
  admin: 0,
  state: 'active',
  status: 'online',
  status_text: '',
  identity_sealed: null,
} as const;

type Profile = Pick<UserRow, 'id' | 'handle' | 'handle_skeleton' | 'display_name' | 'bio' | 'pronouns' | 'identity'>;

export const updateProfileColumns = query<Profile>()((p) =>
  sql
    .updateTable('users')
    .set({
      handle: p.handle,
      handle_skeleton: p.handle_skeleton,
      display_name: p.display_name,
      bio: p.bio,
      pronouns: p.pronouns,
      identity: p.identity,
    })
    .where('id', '=', p.id),
);

export const updatePassword = query<{ id: string; password: string }>()((p) =>
  sql.updateTable('users').set({ password: p.password }).where('id', '=', p.id).where('state', '!=', 'deleted'),
);

export const updatePresence = query<Pick<UserRow, 'id' | 'status' | 'status_text'>>()((p) =>
  sql.updateTable('users').set({ status: p.status, status_text: p.status_text }).where('id', '=', p.id),
);

export const updateState = query<{ id: string; from: UserRow['state']; to: UserRow['state'] }>()((p) =>
  sql.updateTable('users').set({ state: p.to }).where('id', '=', p.id).where('state', '=', p.from),
);

export const updateAdmin = query<{ id: string; admin: number }>()((p) =>
  sql.updateTable('users').set({ admin: p.admin }).where('id', '=', p.id).where('state', '!=', 'deleted'),
);

export const deletedName = 'Deleted user';

/** What stays of a deleted account is its id, its public key and its time. */
export const anonymiseUser = query<{ id: string; identity: string }>()((p) =>
  sql
    .updateTable('users')
    .set({
      handle: null,
      handle_skeleton: null,
      display_name: deletedName,
      bio: '',
      pronouns: '',
      email_sealed: null,
      email_index: null,
      password: null,
      admin: 0,
      state: 'deleted',
      status: 'invisible',
      status_text: '',
      identity_sealed: null,
      identity: p.identity,
    })
    .where('id', '=', p.id),
);

export const deleteReadMarkers = query<{ user: string }>()((p) =>
  sql.deleteFrom('read_markers').where('user', '=', p.user),
);

/** Two spellings of an address that differ in case are one. */
export const emailIndexOf = (secrets: Secrets, email: string) =>
  secrets.blindIndex('email', email.normalize('NFC').toLowerCase());

export const profileOf = (row: UserRow, serverName: string): User => ({
  ...summaryOf(row),
  home: row.home ?? serverName,
  bio: row.bio,
  pronouns: row.pronouns,
  created: row.created,
});

/** What only the user sees, with the e-mail address opened. */
export const accountOf = (row: UserRow, serverName: string, secrets: Secrets): Account => ({
  ...profileOf(row, serverName),
  email: row.email_sealed === null ? null : secrets.open('email', row.email_sealed).toString('utf8'),
  admin: row.admin === 1,
  presence: { status: row.status, text: row.status_text },
});
