import { VoiceError } from '@folkmoot/protocol-spec/client/voice-requests.ts';
import type { LeftReason } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import { saySeconds } from '../ui/time.ts';

/** The homeserver has no relay, and the user wants nothing else. */
export class NoRelay extends Error {}

const refusals = new Map<string, string>([
  [
    'voice_off',
    'Voice is off at this homeserver. Ask your admin to run “folkmoot doctor voice”: it says how to turn it on.',
  ],
  ['token_refused', 'The homeserver of this community did not let you in. Try again.'],
  ['hub_away', 'The homeserver of this community cannot be reached just now. Try again in a while.'],
  ['not_found', 'This voice channel is gone, or you may not see it any more.'],
  ['limit_reached', 'This voice channel is full. Try again when somebody has left.'],
  ['rate_limited', 'You went in and out too often. Wait a moment and try again.'],
  ['bad_media', 'This browser and the homeserver do not find a common format for this. Try another browser.'],
  ['rank_too_low', 'Only somebody with a higher role can do this.'],
]);

const mayNot = new Map<string, string>([
  ['voice.connect', 'You may not go into this voice channel. A moderator can allow it.'],
  ['voice.speak', 'You may listen here, but not speak. A moderator can allow it.'],
  ['voice.video', 'You may not turn a camera on here.'],
  ['voice.screen', 'You may not share your screen here.'],
]);

export function sayMayNot(permission: string): string {
  return mayNot.get(permission) ?? 'You may not do this here. A moderator can allow it.';
}

/** Whether the homeserver has no voice yet and will have it. */
export const isBeingPrepared = (error: unknown): boolean =>
  error instanceof VoiceError && error.code === 'voice_off' && error.retry !== undefined;

function sayPreparing({ details: { ready_in: readyIn } }: VoiceError): string {
  // In tens of seconds, because it is said anew whenever it changes.
  const long =
    typeof readyIn === 'number' ? ` It takes about ${saySeconds(Math.ceil(readyIn / 10_000) * 10)} more.` : '';
  return `Voice is being prepared on this homeserver.${long} You go in as soon as it is there.`;
}

/** A sentence about why voice did not work, and what to do. */
export function sayVoiceError(error: unknown): string {
  if (error instanceof NoRelay)
    return 'You chose to talk through a relay only, and this homeserver has none. Turn that off in the voice settings, or ask your admin to run “folkmoot doctor voice”.';
  if (!(error instanceof VoiceError)) return sayDeviceError(error, 'microphone');
  if (isBeingPrepared(error)) return sayPreparing(error);
  const { code, details } = error;
  if (code === 'voice_elsewhere')
    return `This community lives on ${typeof details['hub'] === 'string' ? details['hub'] : 'another homeserver'}, and talking across homeservers does not work there yet. Writing does.`;
  if (code === 'missing_permission') return sayMayNot(String(details['permission']));
  if (code === 'timed_out') {
    const left = Math.ceil((Number(details['until']) - Date.now()) / 1000);
    return left > 0 ? `You are timed out here for another ${saySeconds(left)}.` : 'You are timed out here.';
  }
  if (code === 'unavailable') return 'Voice cannot be reached just now.';
  return refusals.get(code) ?? error.message;
}

/** The same about the own microphone, camera or screen. */
export function sayDeviceError(error: unknown, what: 'microphone' | 'camera' | 'screen'): string {
  const name = error instanceof DOMException ? error.name : '';
  if (what === 'screen')
    return name === 'NotFoundError'
      ? 'There is no screen that could be shared.'
      : 'The screen cannot be shared. Check in the settings of your system whether this browser may record the screen.';
  if (name === 'NotAllowedError' || name === 'SecurityError')
    return `Your browser blocks the ${what} for this page. Press the sign left of the address, allow the ${what}, then try again.`;
  if (name === 'NotFoundError' || name === 'OverconstrainedError')
    return `No ${what} was found. Plug one in, or choose another in the voice settings.`;
  if (name === 'NotReadableError' || name === 'AbortError')
    return `The ${what} is in use by another program, or does not answer. Close that program and try again.`;
  if (!window.isSecureContext)
    return `Browsers give a page the ${what} over https only. Open this homeserver by its https address.`;
  return 'Something went wrong with voice here. Try again.';
}

const leftWords: Record<LeftReason, string | undefined> = {
  disconnected: 'A moderator took you out of the voice channel.',
  no_access: 'You may not be in that voice channel any more.',
  elsewhere: 'You went into voice on another device.',
  ended: 'The voice channel was closed.',
};

export function sayLeftVoice(reason: LeftReason): string | undefined {
  return leftWords[reason];
}

export const noWayFound =
  'No way for sound was found between you and the homeserver. Trying again. If it stays so, ask your admin to run “folkmoot doctor voice”.';
