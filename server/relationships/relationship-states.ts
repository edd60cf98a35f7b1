import type { RelationshipKind } from '@folkmoot/protocol-spec/schemas/people.ts';

/** What one side does to a relationship, or is told that the other side did. */
export type Message = 'request' | 'accept' | 'decline' | 'cancel' | 'remove';

type Kind = RelationshipKind | 'none';

export interface Step {
  kind: Kind;
  /** What the other side has to be told. */
  tell?: Message;
}

const asking: Record<Exclude<Kind, 'blocked'>, Step> = {
  none: { kind: 'outgoing', tell: 'request' },
  outgoing: { kind: 'outgoing' },
  incoming: { kind: 'friend', tell: 'accept' },
  friend: { kind: 'friend' },
};

const ending: Record<Exclude<Kind, 'blocked'>, Step> = {
  none: { kind: 'none' },
  outgoing: { kind: 'none', tell: 'cancel' },
  incoming: { kind: 'none', tell: 'decline' },
  friend: { kind: 'none', tell: 'remove' },
};

/** The user asks to be friends, or agrees. Undefined while the other one is blocked. [REL-2] */
export function stepOfRequest(kind: Kind): Step | undefined {
  return kind === 'blocked' ? undefined : asking[kind];
}

/** The user declines, cancels or ends it. [REL-4] */
export function stepOfRemoval(kind: Kind): Step {
  return kind === 'blocked' ? { kind } : ending[kind];
}

/** What the other side would see of a block is that friendship or request ended; a request of theirs stays unanswered. [REL-5] */
export function stepOfBlock(kind: Kind): Step {
  if (kind === 'friend') return { kind: 'blocked', tell: 'remove' };
  return kind === 'outgoing' ? { kind: 'blocked', tell: 'cancel' } : { kind: 'blocked' };
}

const heard: Record<Message, Partial<Record<Kind, Step>>> = {
  // Where both asked, each learns of it by the request of the other.
  request: { none: { kind: 'incoming' }, outgoing: { kind: 'friend' }, friend: { kind: 'friend', tell: 'accept' } },
  accept: { outgoing: { kind: 'friend' } },
  decline: { outgoing: { kind: 'none' } },
  // It may have been accepted in the same moment.
  cancel: { incoming: { kind: 'none' }, friend: { kind: 'none' } },
  remove: { friend: { kind: 'none' }, incoming: { kind: 'none' }, outgoing: { kind: 'none' } },
};

/** What the user's side makes of a message of the other; a block makes nothing of any. [REL-6] */
export function stepOfMessage(kind: Kind, message: Message): Step {
  return heard[message][kind] ?? { kind };
}
