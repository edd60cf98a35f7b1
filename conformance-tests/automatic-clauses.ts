/** Clauses that are looked at with every answer and every frame, whatever a case is about. */
export const automaticClauses = {
  /** An answer has the status and the form that its endpoint says. */
  answers: 'API-1',
  /** No answer is kept by a cache, or open to pages of other origins. */
  caches: 'API-7',
  /** What a browser may do with an answer. */
  headers: 'API-10',
  /** A refusal has a code of the catalogue, with its status. */
  refusals: 'ERR-1',
  /** A refusal is one of those that its endpoint may give. */
  endpointRefusals: 'ERR-3',
  /** A wait is said twice, and the same. */
  waits: 'LIM-3',
  frames: 'GW-3',
  events: 'GW-17',
  /** Opening state + events = fresh opening state. */
  snapshot: 'GW-7',
} as const;
