import type { AnswerOf, BodyOf, Endpoint, ParamsOf, QueryOf } from '@folkmoot/protocol-spec/schemas/client/endpoint.ts';
import type { TObject, TSchema } from 'typebox';

/** Who asks, once the token was checked. */
export interface Actor {
  user: string;
  session: string;
  /** A program with a token of its own. */
  bot?: boolean;
  /** How the token came; unsafe requests by cookie need the header against cross-site requests. */
  transport: 'cookie' | 'bearer';
}

export interface CookieOptions {
  path: string;
  maxAge: number;
}

/** What a handler may use of HTTP beside the checked input. */
export interface Exchange {
  /** Address of the client, behind trusted proxies the one they name. */
  ip: string;
  cookie(name: string): string | undefined;
  /** `null` deletes it. Always httpOnly, SameSite=Lax, and Secure where the public URL is https. */
  setCookie(name: string, value: string | null, options: CookieOptions): void;
}

export interface Request<E> {
  params: ParamsOf<E>;
  query: QueryOf<E>;
  body: BodyOf<E>;
  /** Only where the endpoint asks for a session. */
  actor: Actor;
  /** Set for endpoints without a session too, where a valid token came along. */
  visitor: Actor | undefined;
  exchange: Exchange;
}

/** An endpoint and what answers it. */
export interface Binding {
  endpoint: Endpoint;
  handle(request: Request<Endpoint>): Promise<unknown>;
}

export function bind<P extends TObject, Q extends TObject, B extends TSchema, A extends TSchema>(
  endpoint: Endpoint<P, Q, B, A>,
  handle: (request: Request<Endpoint<P, Q, B, A>>) => Promise<AnswerOf<Endpoint<P, Q, B, A>> | void>,
): Binding {
  return { endpoint, handle } as unknown as Binding;
}
