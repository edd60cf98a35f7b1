import type { IncomingMessage } from 'node:http';

export interface PageAnswer {
  status?: number;
  type: string;
  body: string | Buffer;
  headers?: Record<string, string>;
}

/** Something served with GET that is no endpoint of the API: documents, health, key documents. */
export interface Page {
  /** Name in the log. */
  name: string;
  path: string;
  answer(request: IncomingMessage): PageAnswer | Promise<PageAnswer>;
}

export function jsonPage(value: unknown, status = 200): PageAnswer {
  return {
    status,
    type: 'application/json; charset=utf-8',
    body: JSON.stringify(value),
    headers: { 'Cache-Control': 'no-store' },
  };
}
