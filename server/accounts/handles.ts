import { Refusal } from '../base/errors.ts';

/** Names that speak for the homeserver or mean something in a message or an address. */
const reserved =
  `admin administrator root system sysadmin superuser operator folkmoot server homeserver service everyone here all channel
  support help helpdesk info contact abuse security postmaster webmaster hostmaster noreply mod mods moderator moderators staff team
  official owner bot bots null undefined none nobody anonymous unknown deleted deleteduser guest me self you api www mail localhost
  federation gateway invite invites settings login register`
    .split(/\s+/)
    .map(skeletonOf);
const reservedSkeletons = new Set(reserved);

/** The handle with everything folded that the eye takes for something else; two accounts never share one. [ACC-10] */
export function skeletonOf(handle: string): string {
  return handle
    .replace(/[_.]/g, '')
    .replaceAll('0', 'o')
    .replaceAll('5', 's')
    .replace(/[1i]/g, 'l')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w');
}

/** Throws Refusal `bad_handle`. The form itself was checked by the schema. */
export function requireGoodHandle(handle: string): void {
  const skeleton = skeletonOf(handle);
  if (/^\.|\.$|\.\./.test(handle)) throw new Refusal('bad_handle', { reason: 'dots' });
  if (skeleton.length < 2) throw new Refusal('bad_handle', { reason: 'too_short' });
  if (reservedSkeletons.has(skeleton)) throw new Refusal('bad_handle', { reason: 'reserved' });
}
