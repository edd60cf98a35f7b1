/** What one look found, and what to do about it. */
export interface Finding {
  name: string;
  status: 'ok' | 'warn' | 'fail' | 'skip';
  found: string;
  advice?: string;
}

type Say = (found: string, advice?: string) => Finding;

/** Findings under one name: `const { ok, warn, fail, skip } = under('database')`. */
export function under(name: string): Record<Finding['status'], Say> {
  const as =
    (status: Finding['status']): Say =>
    (found, advice) => ({ name, status, found, ...(advice === undefined ? {} : { advice }) });
  return { ok: as('ok'), warn: as('warn'), fail: as('fail'), skip: as('skip') };
}

export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? `${error.message}: ${reasonOf(cause)}` : error.message || error.name;
};
