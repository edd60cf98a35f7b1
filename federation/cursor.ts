import type { Cursor } from './schemas.ts';

/** `<epoch>.<seq>.<hash>`, as cursors stand in queries and frames. */
export function formatCursor({ epoch, seq, hash }: Cursor): string {
  return `${epoch}.${seq}.${hash}`;
}

/** The caller has checked the pattern. */
export function parseCursor(text: string): Cursor {
  const [epoch, seq, hash = ''] = text.split('.');
  return { epoch: Number(epoch), seq: Number(seq), hash };
}
