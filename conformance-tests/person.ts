import type { AnswerOf } from '@folkmoot/protocol-spec/schemas/client/endpoint.ts';
import type * as accounts from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import * as channels from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import * as invites from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import * as members from '@folkmoot/protocol-spec/schemas/client/members.ts';
import * as messages from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import * as roles from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import * as spaces from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import type { Channel, Message, Role } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Permission } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import { Watcher } from './watcher.ts';
import type { VisitorParts } from './visitor.ts';

/** A community, and what somebody needs to speak of it. */
export interface Community {
  space: string;
  /** Its first text channel. */
  general: Place;
}

/** A channel as the paths of endpoints name it. */
export interface Place {
  space: string;
  channel: string;
}

type LoggedIn = AnswerOf<typeof accounts.register>;
type ChannelWishes = Partial<Omit<Channel, 'id' | 'overrides'>> & { private?: boolean };

/** Somebody with an account, by name; what they do is what a person does. */
export class Person extends Watcher {
  readonly name: string;
  readonly handle: string;
  readonly password: string;
  readonly id: string;
  readonly session: string;
  readonly refreshToken: string | undefined;
  #founded: Community | undefined;

  constructor(parts: VisitorParts, who: { name: string; handle: string; password: string }, logIn: LoggedIn) {
    super(parts, logIn.token);
    this.name = who.name;
    this.handle = who.handle;
    this.password = who.password;
    this.id = logIn.account.id;
    this.session = logIn.session.id;
    this.refreshToken = logIn.refresh_token;
  }

  /** Founds a community with the channel `general`. */
  async founds(name: string, template: 'empty' | 'friends' | 'community' | 'project' = 'empty'): Promise<Community> {
    const { id: space, channels: made } = await this.asks(spaces.createSpace, { body: { name, template } });
    const general = made.find((channel) => channel.kind === 'text');
    if (!general) throw new Error(`the template ${template} has no text channel`);
    // What happens before somebody is told of a space is in what they are told of it, and not told again.
    if (this.gateway?.isOpen) await this.sees('space.joined', (d) => d.space.id === space);
    this.#founded = { space, general: { space, channel: general.id } };
    return this.#founded;
  }

  /** Makes an invite and lets somebody join by it; without a community, to the last one founded. */
  async invites(guest: Person, community = this.#founded): Promise<void> {
    if (!community) throw new Error(`${this.name} has no community yet`);
    const code = await this.makesInvite(community);
    await guest.joins(code);
    if (guest.gateway) await guest.sees('space.joined', (d) => d.space.id === community.space);
    if (this.gateway)
      await this.sees('member.joined', (d) => d.space === community.space && d.member.user.id === guest.id);
  }

  async makesInvite(
    { space }: { space: string },
    terms: { max_uses?: number; expires_in?: number; role?: string } = {},
  ) {
    return (await this.asks(invites.createInvite, { params: { space }, body: terms })).code;
  }

  joins(code: string) {
    return this.asks(invites.joinByInvite, { params: { code } });
  }

  async leaves({ space }: { space: string }): Promise<void> {
    await this.asks(spaces.leaveSpace, { params: { space } });
  }

  async makesChannel({ space }: { space: string }, name: string, wishes: ChannelWishes = {}): Promise<Place> {
    const body = { kind: 'text' as const, name, ...wishes };
    return { space, channel: (await this.asks(channels.createChannel, { params: { space }, body })).id };
  }

  makesRole(
    { space }: { space: string },
    name: string,
    wishes: Partial<Omit<Role, 'id' | 'name'>> = {},
  ): Promise<Role> {
    return this.asks(roles.createRole, { params: { space }, body: { name, ...wishes } });
  }

  async gives({ space }: { space: string }, member: Person, role: { id: string }): Promise<void> {
    await this.asks(roles.giveRole, { params: { space, user: member.id, role: role.id } });
  }

  async takes({ space }: { space: string }, member: Person, role: { id: string }): Promise<void> {
    await this.asks(roles.takeRole, { params: { space, user: member.id, role: role.id } });
  }

  /** Sets what a channel allows and denies a role or a member. */
  async overrides(place: Place, target: string, rights: { allow?: Permission[]; deny?: Permission[] }): Promise<void> {
    const body = { allow: rights.allow ?? [], deny: rights.deny ?? [] };
    await this.asks(channels.setOverride, { params: { ...place, target }, body });
  }

  says(place: Place, content: string, more: { reply_to?: string; nonce?: string } = {}): Promise<Message> {
    return this.asks(messages.sendMessage, { params: { ...place }, body: { content, ...more } });
  }

  edits(message: Message, content: string): Promise<Message> {
    return this.asks(messages.editMessage, { params: placeOf(message), body: { content } });
  }

  async deletes(message: Message): Promise<void> {
    await this.asks(messages.deleteMessage, { params: placeOf(message) });
  }

  async reacts(message: Message, emoji: string): Promise<void> {
    await this.asks(messages.addReaction, { params: { ...placeOf(message), emoji } });
  }

  async unreacts(message: Message, emoji: string): Promise<void> {
    await this.asks(messages.removeReaction, { params: { ...placeOf(message), emoji } });
  }

  async pins(message: Message): Promise<void> {
    await this.asks(messages.pinMessage, { params: placeOf(message) });
  }

  reads(place: Place, query: { before?: string; after?: string; around?: string; limit?: number } = {}) {
    return this.asks(messages.listMessages, { params: { ...place }, query });
  }

  marksRead(message: Message) {
    const { space, channel } = message;
    return this.asks(messages.markRead, { params: { space, channel }, body: { message: message.id } });
  }

  async types(place: Place): Promise<void> {
    await this.asks(messages.startTyping, { params: { ...place } });
  }

  async kicks({ space }: { space: string }, member: Person): Promise<void> {
    await this.asks(members.kickMember, { params: { space, user: member.id }, body: {} });
  }

  async bans({ space }: { space: string }, user: Person, terms: { reason?: string; purge_seconds?: number } = {}) {
    await this.asks(members.banUser, { params: { space, user: user.id }, body: terms });
  }

  timesOut({ space }: { space: string }, member: Person, until: number | null) {
    return this.asks(members.timeOutMember, { params: { space, user: member.id }, body: { until } });
  }

  /** The community as it opens now. */
  opens({ space }: { space: string }) {
    return this.asks(spaces.getSpace, { params: { space } });
  }
}

export function placeOf({ space, channel, id }: Message): { space: string; channel: string; message: string } {
  return { space, channel, message: id };
}
