import { type RawBuilder, sql } from 'kysely';
import type { Dialect } from './database.ts';

interface ColumnTypes {
  /** Compared by code point; the default of a PostgreSQL database sorts for people and differs from machine to machine. */
  text: 'text' | RawBuilder<unknown>;
  /** 64 bits; values beyond ±(2^53−1) do not come back exactly. */
  integer: 'integer' | 'bigint';
  bytes: 'blob' | 'bytea';
}

/** Types of columns that mean the same on both engines. */
export function columnTypes(dialect: Dialect): ColumnTypes {
  return dialect === 'sqlite'
    ? { text: 'text', integer: 'integer', bytes: 'blob' }
    : { text: sql`text collate "C"`, integer: 'bigint', bytes: 'bytea' };
}
