import type { Dialect } from './database.ts';

interface ColumnTypes {
  text: 'text';
  /** 64 bits; values beyond ±(2^53−1) do not come back exactly. */
  integer: 'integer' | 'bigint';
  bytes: 'blob' | 'bytea';
}

/** Types of columns that mean the same on both engines. */
export function columnTypes(dialect: Dialect): ColumnTypes {
  return dialect === 'sqlite'
    ? { text: 'text', integer: 'integer', bytes: 'blob' }
    : { text: 'text', integer: 'bigint', bytes: 'bytea' };
}
