import type { ParameterizedContext } from 'koa';

/** What the parts of the onion tell each other about a request. */
export interface HttpState {
  /** In the log, in the header X-Request-Id, and in the answer when something broke. */
  requestId: string;
  ip: string;
  /** Name of the endpoint or page, for the log; the path itself can hold invite codes. */
  route: string;
  user: string | undefined;
}

/** What the router adds to the context. */
export interface Routed {
  /** Parameters of the path, decoded. */
  params: Record<string, string>;
  /** Routes of this path, whatever their method. */
  matched?: { methods: string[] }[];
}

export type HttpContext = ParameterizedContext<HttpState> & Routed;
