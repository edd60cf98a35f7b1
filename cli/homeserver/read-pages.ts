interface Page<Row> {
  rows: Row[];
  more: boolean;
}

/** Rows that one call may answer with. */
const PAGE = 500;

/** Reads pages that are ordered by time and id until there are no more, or as many as wanted. */
export async function readPages<Row extends { created: number; id: string }>(
  limit: number,
  read: (page: { limit: number; after?: { created: number; id: string } }) => Promise<Page<Row>>,
): Promise<Page<Row>> {
  const rows: Row[] = [];
  let more = true;
  while (more && rows.length < limit) {
    const last = rows.at(-1);
    const after = last && { created: last.created, id: last.id };
    const page = await read({ limit: Math.min(PAGE, limit - rows.length), ...(after ? { after } : {}) });
    rows.push(...page.rows);
    more = page.more && page.rows.length > 0;
  }
  return { rows, more };
}
