import type { Endpoint } from '@folkmoot/protocol-spec/schemas/client/endpoint.ts';
import { blockServer } from '@folkmoot/protocol-spec/schemas/client/blocked-servers.ts';
import { createInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { unbanUser } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { transferSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import type { Permission } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import { admits, makesBot } from './bots.ts';
import type { Community, Person } from './person.ts';
import type { SampleIds } from './sample-requests.ts';

/** How somebody can stand to a community. */
export const standings = [
  'anonymous',
  'stranger',
  'owner of another',
  'banned',
  'member',
  'timed out',
  'quiet',
  'moderator',
  'administrator',
  'owner',
] as const;
export type Standing = (typeof standings)[number];
export const outside: readonly Standing[] = ['stranger', 'owner of another', 'banned'];

const moderation: Permission[] = [
  'message.manage',
  'member.timeout',
  'member.kick',
  'member.ban',
  'nick.manage',
  'invite.manage',
  'audit.view',
];

/** A community with one person of each standing, and with something of everything. */
export class AccessWorld {
  readonly owner: Person;
  readonly people: Record<Exclude<Standing, 'anonymous'>, Person>;
  readonly victim: Person;
  readonly outcast: Person;
  readonly club: Community;
  opening!: Awaited<ReturnType<Person['opens']>>;
  ids: SampleIds = {};
  #roles = new Map<Standing, string>();
  #own = new Map<Standing, string>();
  #code = '';
  #bot = { id: '', handle: '' };

  constructor(people: AccessWorld['people'], victim: Person, outcast: Person, club: Community) {
    this.people = people;
    this.owner = people.owner;
    this.victim = victim;
    this.outcast = outcast;
    this.club = club;
  }

  rolesOf(standing: Standing): string[] {
    const role = this.#roles.get(standing);
    return role ? [role] : [];
  }

  async settles(): Promise<void> {
    const { owner, club, people } = this;
    this.#roles.set('quiet', (await owner.makesRole(club, 'quiet', { rank: 5 })).id);
    this.#roles.set('moderator', (await owner.makesRole(club, 'mods', { rank: 50, permissions: moderation })).id);
    this.#roles.set(
      'administrator',
      (await owner.makesRole(club, 'admins', { rank: 90, permissions: ['administrator'] })).id,
    );
    await owner.overrides(club.general, this.rolesOf('quiet')[0]!, { deny: ['message.send', 'reaction.add'] });
    this.#code = await owner.makesInvite(club);
    await this.victim.joins(this.#code);
    for (const standing of ['member', 'timed out', 'quiet', 'moderator', 'administrator', 'owner'] as const) {
      await people[standing].joins(this.#code);
      this.#own.set(standing, (await people[standing].says(club.general, 'mine')).id);
    }
    await people['owner of another'].founds('Other club');
    await owner.bans(club, people.banned);
    this.ids = {
      ...club.general,
      message: (await owner.says(club.general, 'something')).id,
      role: (await owner.makesRole(club, 'low')).id,
      invite: await this.#makesInvite(),
      code: this.#code,
      user: this.victim.id,
      target: this.rolesOf('quiet')[0]!,
      emoji: '👍',
    };
    const { bot: id, handle } = await makesBot(this.victim);
    this.#bot = { id, handle };
    await this.#restores();
  }

  /** The ids for a call; what it would use up is made for it. */
  async prepares({ name }: Endpoint, standing: Standing): Promise<SampleIds> {
    const { owner, club, ids } = this;
    switch (name) {
      case 'editMessage':
        return { ...ids, message: this.#own.get(standing) ?? ids.message ?? '' };
      case 'deleteMessage':
        return { ...ids, message: (await owner.says(club.general, 'soon gone')).id };
      case 'deleteRole':
        return { ...ids, role: (await owner.makesRole(club, 'short-lived')).id };
      case 'deleteChannel':
        return { ...ids, channel: (await owner.makesChannel(club, 'short-lived')).channel };
      case 'revokeInvite':
        return { ...ids, invite: await this.#makesInvite() };
      case 'unbanUser':
        await owner.bans(club, this.outcast);
        return { ...ids, user: this.outcast.id };
      case 'unblockServer':
        await owner.asks(blockServer, { params: { space: club.space, server: 'blocked.example' }, body: {} });
        return ids;
      case 'admitBot':
      case 'changeBotGrant':
      case 'revokeBot':
        await admits(owner, club, this.#bot.handle);
        return { ...ids, bot: this.#bot.id, bot_handle: this.#bot.handle };
      case 'updateBot':
      case 'deleteBot':
      case 'createBotToken':
      case 'listBotTokens':
      case 'revokeBotToken':
        return { ...ids, ...(await makesBot(standing === 'anonymous' ? owner : this.people[standing])) };
      default:
        return ids;
    }
  }

  async #makesInvite(): Promise<string> {
    return (await this.owner.asks(createInvite, { params: { space: this.club.space }, body: {} })).invite.id;
  }

  /** Puts back what a call that was granted has changed. */
  async restores(endpoint: Endpoint, standing: Standing): Promise<void> {
    const { name } = endpoint;
    const { space } = this.club;
    const person = standing === 'anonymous' ? undefined : this.people[standing];
    if (name === 'joinByInvite' && outside.includes(standing)) await person!.leaves({ space });
    if (name === 'transferSpace')
      await this.victim.asks(transferSpace, { params: { space }, body: { user: this.owner.id } });
    if (name === 'banUser') await this.owner.asks(unbanUser, { params: { space, user: this.victim.id } });
    if (['banUser', 'kickMember'].includes(name)) await this.victim.joins(this.#code);
    if (name === 'leaveSpace') await person!.joins(this.#code);
    if (name === 'setOverride' || name === 'removeOverride') {
      await this.owner.overrides(this.club.general, this.rolesOf('quiet')[0]!, {
        deny: ['message.send', 'reaction.add'],
      });
    }
    if (['leaveSpace', 'takeRole', 'giveRole'].includes(name)) await this.#restores();
    this.opening = await this.owner.opens(this.club);
  }

  async #restores(): Promise<void> {
    const { owner, people, club } = this;
    for (const standing of ['quiet', 'moderator', 'administrator'] as const) {
      await owner.gives(club, people[standing], { id: this.rolesOf(standing)[0]! });
    }
    await owner.timesOut(club, people['timed out'], Date.now() + 3_600_000);
    this.opening = await owner.opens(club);
  }
}
