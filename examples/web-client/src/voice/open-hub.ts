import {
  openRemoteVoice,
  type RemoteVoice,
  type RemoteVoiceOptions,
} from '@folkmoot/protocol-spec/client/remote-voice.ts';
import { voice } from '../session/live.ts';
import type { Place } from './voice-now.ts';

/** A connection to the homeserver that carries a channel of a community elsewhere. */
export function openHub(place: Place, tell: Pick<RemoteVoiceOptions, 'onNotice' | 'onClosed'>): Promise<RemoteVoice> {
  return openRemoteVoice({ gateway: { voice }, place: { space: place.space, channel: place.channel }, ...tell });
}
