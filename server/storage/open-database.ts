import type { Database } from './database.ts';
import { openSqlite } from './sqlite.ts';

export interface DatabaseOptions {
  /** Data folder; holds the SQLite database when there is no URL. */
  folder: string;
  /** `postgres://…` of a database that this homeserver has for itself. */
  url?: string | undefined;
}

/** Opens and locks the data of a homeserver. Throws StartError `data_in_use` or `database_unreachable`. */
export async function openDatabase({ folder, url }: DatabaseOptions): Promise<Database> {
  if (url === undefined) return openSqlite(folder);
  const { openPostgres } = await import('./postgres.ts');
  return openPostgres(url);
}
