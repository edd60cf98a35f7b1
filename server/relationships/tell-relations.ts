import type { Shown } from '../streams/binding.ts';
import type { PeopleParts } from './parts.ts';

/** Tells sessions what changed between two users, and that presence has to look at them again. */
export function tellRelations(
  { signals }: Pick<PeopleParts, 'signals'>,
  user: string,
  other: string,
  told: readonly Shown[],
): void {
  for (const shown of told) signals.send(shown);
  if (told.length === 0) return;
  signals.relationsChanged(user);
  signals.relationsChanged(other);
}
