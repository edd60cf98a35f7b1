import { nobody } from '@folkmoot/protocol-spec/schemas/ids.ts';
import { StartError } from '../base/errors.ts';
import type { Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';

const NAME = 'server_name';
/** Of a homeserver from before its name was kept. */
const DOCUMENT = 'key_document';

const findMeta = query<{ key: string }>()((p) => sql.selectFrom('meta').select('value').where('key', '=', p.key));
const keepName = query<{ value: string }>()((p) =>
  sql
    .insertInto('meta')
    .values({ key: NAME, value: p.value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: p.value })),
);
const anyAccount = query<object>()(() =>
  sql.selectFrom('users').select('id').where('home', 'is', null).where('id', '!=', nobody).limit(1),
);

/**
 * The name is part of every account, community and signature. Data is for one name, from the first account on. Throws StartError
 * `other_server_name`.
 */
export async function keepServerName(tx: Writer, name: string): Promise<void> {
  const kept = (await tx.get(findMeta, { key: NAME }))?.value ?? (await nameInDocument(tx));
  if (kept !== undefined && kept !== name && (await tx.get(anyAccount, {})))
    throw new StartError(
      'other_server_name',
      `This data is that of ${kept}, and server_name is ${name}. The name is part of every account and community and cannot be changed: ` +
        `set server_name (FOLKMOOT_SERVER_NAME) to ${kept} again, or start ${name} with a new data folder and an empty database.`,
    );
  if (kept !== name) await tx.run(keepName, { value: name });
}

async function nameInDocument(tx: Writer): Promise<string | undefined> {
  const stored = await tx.get(findMeta, { key: DOCUMENT });
  return stored && (JSON.parse(stored.value) as { server?: string }).server;
}
