import type { Channel, Role, Space } from '../schemas/objects.ts';
import type { MessageRequest, Relationship } from '../schemas/people.ts';
import type { VoiceState } from '../schemas/voice-state.ts';

/** Order of the parts of a space, by code units: a homeserver and its clients sort alike whatever their locale. [SPC-7] */
const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Highest rank first, then by name. [SPC-7] */
export function compareRoles(a: Pick<Role, 'id' | 'name' | 'rank'>, b: Pick<Role, 'id' | 'name' | 'rank'>): number {
  return b.rank - a.rank || byText(a.name, b.name) || byText(a.id, b.id);
}

/** By `order`, then by id. [SPC-7] */
export function compareChannels(a: Pick<Channel, 'id' | 'order'>, b: Pick<Channel, 'id' | 'order'>): number {
  return a.order - b.order || byText(a.id, b.id);
}

/** In the order in which the user joined. [SPC-7] */
export function compareSpaces(a: Pick<Space, 'id' | 'me'>, b: Pick<Space, 'id' | 'me'>): number {
  return a.me.joined - b.me.joined || byText(a.id, b.id);
}

/** By the id of the other user. [REL-1] */
export function compareRelationships(a: Pick<Relationship, 'user'>, b: Pick<Relationship, 'user'>): number {
  return byText(a.user.id, b.user.id);
}

/** By the id of the space. [REQ-1] */
export function compareRequests(a: Pick<MessageRequest, 'space'>, b: Pick<MessageRequest, 'space'>): number {
  return byText(a.space, b.space);
}

/** By the id of the user. [VOX-3] */
export function compareVoices(a: Pick<VoiceState, 'user'>, b: Pick<VoiceState, 'user'>): number {
  return byText(a.user.id, b.user.id);
}
