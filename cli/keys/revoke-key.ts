import { Command } from 'commander';
import type { Context } from '../context.ts';
import { openHomeserver } from '../homeserver/open-homeserver.ts';

export const revokeKey = (context: Context) =>
  new Command('revoke')
    .description(
      'Tell all homeservers to believe nothing that arrives under an old key, because somebody else may have it.',
    )
    .argument('<kid>', 'as folkmoot keys show lists it')
    // One in 64 begins with a hyphen, and is no option.
    .allowUnknownOption()
    .action(async (kid: string) => {
      await using homeserver = await openHomeserver(context);
      const done = await homeserver.call('keys.revoke', { kid });
      context.answer(done, () => (done.changed ? `Revoked ${kid}.` : `${kid} was revoked before.`));
    });
