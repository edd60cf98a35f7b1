import { botEvents } from './bots/bot-events.ts';
import { messageEvents } from './messages/message-events.ts';
import { pinEvents, reactionEvents } from './messages/reaction-events.ts';
import { moderationEvents } from './moderation/moderation-events.ts';
import { serverBlockEvents } from './moderation/server-block-events.ts';
import { channelEvents } from './spaces/channel-events.ts';
import { inviteEvents } from './spaces/invite-events.ts';
import { memberChangeEvents } from './spaces/member-change-events.ts';
import { membershipEvents } from './spaces/membership-events.ts';
import { roleEvents } from './spaces/role-events.ts';
import { spaceEvents } from './spaces/space-events.ts';
import type { EventBinding } from './streams/binding.ts';
import { keyEvents } from './streams/key-events.ts';
import { epochEvents } from './streams/epoch-events.ts';
import { voiceEvents } from './voice/voice-events.ts';

const groups = [
  spaceEvents,
  roleEvents,
  membershipEvents,
  memberChangeEvents,
  moderationEvents,
  serverBlockEvents,
  channelEvents,
  inviteEvents,
  messageEvents,
  reactionEvents,
  pinEvents,
  botEvents,
  voiceEvents,
  epochEvents,
  keyEvents,
];

/** Every event type that this homeserver decides, applies and shows. */
export const eventBindings: ReadonlyMap<string, EventBinding> = new Map(
  groups.flat().map((binding) => [binding.type, binding]),
);
