import type { VerifiedRequest } from '@folkmoot/federation/verify-request.ts';
import type { TSchema } from 'typebox';

/** A request whose sender is proven and whose body has its form. */
export interface PeerRequest extends VerifiedRequest {
  method: string;
  target: string;
  value: unknown;
}

/** Something that other homeservers may ask for. */
export interface FederationEndpoint {
  /** In the log. */
  name: string;
  method: 'GET' | 'POST' | 'PUT';
  /** Below `/federation/v1`. */
  path: string;
  body: TSchema;
  maxBytes: number;
  answer(request: PeerRequest): Promise<object>;
}
