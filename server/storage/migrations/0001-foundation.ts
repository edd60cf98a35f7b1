import { type CreateTableBuilder, type SchemaModule, sql } from 'kysely';
import type { Dialect } from '../database.ts';
import type { Statement } from '../query.ts';

type Column = 'text' | 'text?' | 'integer' | 'integer?';

/** Accounts, the signed log, communities and messages. */
export function foundation(schema: SchemaModule, dialect: Dialect): Statement<unknown>[] {
  const statements: Statement<unknown>[] = [];

  const table = (name: string, columns: Record<string, Column>, primary: string[]) => {
    let builder: CreateTableBuilder<string, string> = schema.createTable(name);
    for (const [column, kind] of Object.entries(columns)) {
      const type = kind.startsWith('text') ? 'text' : dialect === 'postgres' ? 'bigint' : 'integer';
      builder = builder.addColumn(column, type, (c) => (kind.endsWith('?') ? c : c.notNull()));
    }
    builder = builder.addPrimaryKeyConstraint(`${name}_pk`, primary);
    if (dialect === 'sqlite')
      builder = builder.modifyEnd(primary.length > 1 ? sql`strict, without rowid` : sql`strict`);
    statements.push(builder);
  };
  const index = (on: string, columns: string[], unique = false) => {
    const builder = schema
      .createIndex(`${on}_${columns.join('_')}`)
      .on(on)
      .columns(columns);
    statements.push(unique ? builder.unique() : builder);
  };

  table('meta', { key: 'text', value: 'text' }, ['key']);
  table('server_keys', { kid: 'text', kind: 'text', jwk: 'text', sealed: 'text', created: 'integer' }, ['kid']);

  table(
    'users',
    {
      id: 'text',
      handle: 'text?',
      handle_skeleton: 'text?',
      display_name: 'text',
      bio: 'text',
      pronouns: 'text',
      email_sealed: 'text?',
      email_index: 'text?',
      password: 'text?',
      admin: 'integer',
      state: 'text',
      status: 'text',
      status_text: 'text',
      identity_sealed: 'text?',
      identity: 'text',
      created: 'integer',
    },
    ['id'],
  );
  index('users', ['handle'], true);
  index('users', ['handle_skeleton'], true);
  index('users', ['email_index'], true);
  statements.push(schema.createIndex('users_name').on('users').expression(sql`lower(display_name)`));
  table(
    'sessions',
    {
      id: 'text',
      user: 'text',
      device: 'text',
      created: 'integer',
      last_seen: 'integer',
      token_hash: 'text',
      token_expires: 'integer',
      refresh_hash: 'text',
      refresh_expires: 'integer',
    },
    ['id'],
  );
  index('sessions', ['token_hash'], true);
  index('sessions', ['refresh_hash'], true);
  index('sessions', ['user']);
  table('used_refresh_tokens', { hash: 'text', session: 'text' }, ['hash']);
  index('used_refresh_tokens', ['session']);
  table(
    'registration_invites',
    { hash: 'text', created: 'integer', expires: 'integer?', max_uses: 'integer?', uses: 'integer' },
    ['hash'],
  );

  table(
    'streams',
    { no: 'integer', space: 'text', stream: 'text', epoch: 'integer', seq: 'integer', hash: 'text', ts: 'integer' },
    ['no'],
  );
  index('streams', ['space', 'stream'], true);
  table(
    'lines',
    {
      pos: 'integer',
      stream_no: 'integer',
      epoch: 'integer',
      seq: 'integer',
      type: 'text',
      envelope: 'text',
      payload: 'text?',
    },
    ['pos'],
  );
  index('lines', ['stream_no', 'epoch', 'seq'], true);
  table(
    'intents',
    { space: 'text', actor: 'text', id: 'text', stream_no: 'integer', epoch: 'integer', seq: 'integer' },
    ['space', 'actor', 'id'],
  );
  table('erased_streams', { stream_no: 'integer', epoch: 'integer', seq: 'integer' }, ['stream_no']);
  table('intent_counters', { space: 'text', actor: 'text', n: 'integer' }, ['space', 'actor']);

  table(
    'spaces',
    {
      id: 'text',
      kind: 'text',
      name: 'text',
      description: 'text',
      owner: 'text',
      hub: 'text',
      created: 'integer',
      deleted: 'integer',
      member_count: 'integer',
    },
    ['id'],
  );
  index('spaces', ['owner']);
  table(
    'roles',
    {
      space: 'text',
      id: 'text',
      name: 'text',
      color: 'integer?',
      rank: 'integer',
      permissions: 'text',
      hoist: 'integer',
      mentionable: 'integer',
    },
    ['space', 'id'],
  );
  table(
    'channels',
    {
      space: 'text',
      id: 'text',
      stream_no: 'integer',
      kind: 'text',
      name: 'text',
      topic: 'text',
      parent: 'text?',
      order: 'integer',
      slow_mode: 'integer',
      overrides: 'text',
    },
    ['space', 'id'],
  );
  index('channels', ['stream_no'], true);
  table(
    'members',
    {
      space: 'text',
      user: 'text',
      nick: 'text?',
      roles: 'text',
      joined: 'integer',
      timeout: 'integer?',
      sort_rank: 'integer',
      sort_name: 'text',
    },
    ['space', 'user'],
  );
  index('members', ['user']);
  statements.push(
    schema.createIndex('members_order').on('members').columns(['space', 'sort_rank desc', 'sort_name', 'user']),
  );
  table('bans', { space: 'text', user: 'text', by: 'text', reason: 'text', ts: 'integer' }, ['space', 'user']);
  table(
    'invites',
    {
      space: 'text',
      id: 'text',
      creator: 'text',
      created: 'integer',
      expires: 'integer?',
      max_uses: 'integer?',
      uses: 'integer',
      role: 'text?',
    },
    ['space', 'id'],
  );
  index('invites', ['id']);
  index('invites', ['space', 'expires']);
  table(
    'audit',
    {
      pos: 'integer',
      space: 'text',
      stream: 'text',
      epoch: 'integer',
      seq: 'integer',
      ts: 'integer',
      type: 'text',
      actor: 'text',
      target: 'text?',
      target_name: 'text?',
      changes: 'text',
      reason: 'text?',
    },
    ['pos'],
  );
  index('audit', ['space', 'pos']);
  index('audit', ['space', 'actor', 'pos']);
  index('audit', ['space', 'type', 'pos']);
  index('audit', ['target', 'space', 'pos']);

  table(
    'messages',
    {
      stream_no: 'integer',
      epoch: 'integer',
      seq: 'integer',
      author: 'text',
      ts: 'integer',
      edited: 'integer?',
      reply_to: 'text?',
      content: 'text',
      mentions: 'text',
      intent: 'text',
      edits: 'text',
      pinned: 'integer?',
      deleted: 'integer',
    },
    ['stream_no', 'epoch', 'seq'],
  );
  index('messages', ['stream_no', 'author', 'epoch', 'seq']);
  statements.push(
    schema
      .createIndex('messages_pinned')
      .on('messages')
      .columns(['stream_no', 'pinned'])
      .where(sql.ref('pinned'), 'is not', null),
  );
  table(
    'reactions',
    { stream_no: 'integer', epoch: 'integer', seq: 'integer', emoji: 'text', user: 'text', ts: 'integer' },
    ['stream_no', 'epoch', 'seq', 'emoji', 'user'],
  );
  table('mentions', { stream_no: 'integer', target: 'text', epoch: 'integer', seq: 'integer' }, [
    'stream_no',
    'target',
    'epoch',
    'seq',
  ]);
  table('read_markers', { user: 'text', stream_no: 'integer', epoch: 'integer', seq: 'integer' }, [
    'user',
    'stream_no',
  ]);
  index('read_markers', ['stream_no']);

  return statements;
}
