import { type Static, Type } from 'typebox';
import { KeyThumbprint, VoiceToken, VoiceUrl } from '../gateway/guest-voice.ts';
import { ChannelId, SpaceId, Timestamp, UserId } from '../ids.ts';
import { Call, CallEnd, CallId, VoiceState } from '../voice-state.ts';
import { peerEndpoint } from './endpoint.ts';
import { strict } from './values.ts';

const v = Type.Literal(1);

export const VoiceTokenRequest = Type.Object(
  { v, space: SpaceId, channel: ChannelId, user: UserId, key: KeyThumbprint },
  strict,
);
export type VoiceTokenRequest = Static<typeof VoiceTokenRequest>;

/** Lets one user of the asking homeserver into one voice channel, once. [VOX-14] */
export const peerVoiceToken = peerEndpoint({
  name: 'voice token',
  method: 'POST',
  path: '/voice/token',
  clause: 'VOX-14',
  body: VoiceTokenRequest,
  maxBytes: 1_024,
  answer: Type.Object({ v, url: VoiceUrl, token: VoiceToken, expires: Timestamp }),
});

/** `data` of an ephemeral item `voice.state`; `voice.left` and `voice.out` have none. [VOX-17] */
export const VoiceItemData = Type.Object({ state: VoiceState });
export type VoiceItemData = Static<typeof VoiceItemData>;

/** `data` of the items about calls: `call.state` and `call.ended` of a hub, `call.declined` of a follower. [CALL-5] */
export const CallItemData = {
  'call.state': Type.Object({ call: Call }),
  'call.ended': Type.Object({ call: CallId, reason: CallEnd }),
  'call.declined': Type.Object({ call: CallId, reason: Type.Union([Type.Literal('declined'), Type.Literal('busy')]) }),
};
export type CallDeclined = Static<(typeof CallItemData)['call.declined']>;
