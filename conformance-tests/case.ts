import type { People } from './people.ts';
import type { Rules } from './rules.ts';
import type { Ability, Target, TargetAbilities } from './target.ts';

/** What a case is given. */
export interface Scene<A extends Ability = never> {
  /** Makes people of these names, each with an account, a session and an open gateway. */
  people: People;
  /** People who only log in: for crowds, and for those who open gateways of their own. */
  visitors: People;
  /** The same on another target. */
  visitorsAt: (target: Target) => People;
  /** The same, and they watch. */
  peopleAt: (target: Target) => People;
  target: Target & Pick<TargetAbilities, A>;
  /** Aborted when the case has taken too long. */
  signal: AbortSignal;
  rules: Rules;
}

export interface Case {
  clauses: readonly string[];
  title: string;
  needs: readonly Ability[];
  /** How long it may take, in milliseconds. */
  patience: number;
  /** It waits for what takes its time: nothing for every run of the tests. */
  isSlow: boolean;
  body: (scene: Scene<Ability>) => Promise<void>;
}

export interface CaseOptions<A extends Ability> {
  needs?: readonly A[];
  patience?: number;
  isSlow?: boolean;
}

/** One behaviour, with the clauses that demand it. */
export function conformance<A extends Ability = never>(
  clauses: string | readonly string[],
  title: string,
  body: (scene: Scene<A>) => Promise<void>,
  { needs = [], patience = 240_000, isSlow = false }: CaseOptions<A> = {},
): Case {
  return {
    clauses: typeof clauses === 'string' ? [clauses] : clauses,
    title,
    needs,
    patience,
    isSlow,
    body: body as Case['body'],
  };
}
