/** Clauses that are looked at with every answer and every frame, whatever a case is about. */
export const automaticClauses = {
  /** An answer has the status and the form that its endpoint says. */
  answers: 'API-2',
  /** A refusal has a code of the catalogue, with its status. */
  refusals: 'ERR-1',
  /** A refusal is one of those that its endpoint names, or one that every endpoint may give. */
  endpointRefusals: 'ERR-3',
  /** Nothing that is asked makes the homeserver fail. */
  noFailure: 'ERR-4',
  headers: 'API-5',
  frames: 'GW-3',
  events: 'GW-6',
  /** Opening state + events = fresh opening state. */
  snapshot: 'GW-7',
} as const;
