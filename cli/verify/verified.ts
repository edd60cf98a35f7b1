import type { SpaceCheck } from './space-check.ts';

export interface Verified {
  space: string;
  /** As the source calls it; nobody signed this. */
  name: string | null;
  check: SpaceCheck;
}
