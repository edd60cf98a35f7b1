import { Type } from 'typebox';
import { changes, OperationError, reads } from './operation.ts';
import { strict } from './schemas.ts';

const Nothing = Type.Object({}, strict);

/** How far a homeserver is that was restored from a backup. */
export const restoreStatus = reads(Nothing, async ({ restoration, clock }) => ({
  ...restoration.status(),
  now: clock.now(),
}));

/** Waits for nobody any more: new epochs begin, and everybody may write. */
export const finishRestore = changes(Nothing, async ({ restoration }) => {
  if (!restoration.isActive)
    throw new OperationError(
      'not_restoring',
      'This homeserver is not restoring: it has lost nothing that it knows of.',
    );
  const before = restoration.status();
  await restoration.finish();
  return { ...before, restoring: restoration.isActive };
});
