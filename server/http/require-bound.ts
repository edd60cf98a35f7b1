import type { Endpoint } from '@folkmoot/protocol-spec/schemas/client/endpoint.ts';
import type { Binding } from './bind.ts';

/** Throws unless each endpoint has one binding and each binding an endpoint of the protocol. */
export function requireEveryEndpointBound(endpoints: readonly Endpoint[], bindings: readonly Binding[]): void {
  const declared = new Set(endpoints);
  const bound = new Set<Endpoint>();
  const problems: string[] = [];
  for (const { endpoint } of bindings) {
    if (!declared.has(endpoint)) problems.push(`${endpoint.name} is bound but not declared`);
    if (bound.has(endpoint)) problems.push(`${endpoint.name} is bound twice`);
    bound.add(endpoint);
  }
  for (const endpoint of endpoints)
    if (!bound.has(endpoint)) problems.push(`${endpoint.name} is declared but not bound`);
  if (problems.length > 0) throw new Error(`Endpoints and bindings differ:\n${problems.join('\n')}`);
}
