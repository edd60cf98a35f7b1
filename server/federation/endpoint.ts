import type {
  PeerBody,
  PeerEndpoint,
  PeerParams,
  PeerQuery,
} from '@folkmoot/protocol-spec/schemas/federation/endpoint.ts';
import type { VerifiedRequest } from '@folkmoot/federation/verify-request.ts';
import type { Static, TObject, TSchema } from 'typebox';

/** A request whose sender is proven and whose parts have their form. */
export interface PeerRequest<E = PeerEndpoint> extends VerifiedRequest {
  method: string;
  target: string;
  params: PeerParams<E>;
  query: PeerQuery<E>;
  /** A JSON body. */
  value: PeerBody<E>;
}

/** An answer in lines, as they are stored. */
export class Lines<Header = unknown> {
  readonly lines: readonly string[];
  readonly header: Header | undefined;

  constructor(lines: readonly string[], header?: Header) {
    this.lines = lines;
    this.header = header;
  }
}

/** Something that other homeservers may ask for, and what answers it. */
export interface PeerBinding {
  endpoint: PeerEndpoint;
  answer(request: PeerRequest): Promise<object>;
}

export function bindPeer<P extends TObject, Q extends TObject, B extends TSchema, A extends TSchema>(
  endpoint: PeerEndpoint<P, Q, B, A>,
  answer: (request: PeerRequest<PeerEndpoint<P, Q, B, A>>) => Promise<Static<A> | Lines<Static<A>>>,
): PeerBinding {
  return { endpoint, answer } as unknown as PeerBinding;
}
