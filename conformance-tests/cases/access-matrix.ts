import assert from 'node:assert/strict';
import { endpoints } from '@folkmoot/protocol-spec/schemas/client/endpoints.ts';
import { createInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { unbanUser } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { transferSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import { explainPermissions } from '@folkmoot/protocol-spec/schemas/permissions-of.ts';
import type { Permission } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import { logIn } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { conformance } from '../case.ts';
import { jsonOf } from '../check-answer.ts';
import type { Community, Person } from '../person.ts';
import { type SampleIds, sampleRequest } from '../sample-requests.ts';
import { type AskedEndpoint, Visitor } from '../visitor.ts';

type Endpoint = (typeof endpoints)[number];

const standings = [
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
type Standing = (typeof standings)[number];
const outside: readonly Standing[] = ['stranger', 'owner of another', 'banned'];

/** Who may ask what no permission of the endpoint itself says: another right, whoever is a member, or the owner alone. */
const declared = new Map<string, 'member' | 'owner' | 'not the owner' | Permission>(
  Object.entries({
    getSpace: 'member',
    explainPermission: 'member',
    listInvites: 'member',
    listMembers: 'member',
    getMember: 'member',
    markRead: 'member',
    removeReaction: 'member',
    leaveSpace: 'not the owner',
    transferSpace: 'owner',
    deleteSpace: 'owner',
    updateMember: 'nick.manage',
    revokeInvite: 'invite.manage',
    deleteMessage: 'message.manage',
  } as const),
);

/** Of the account alone: nothing of a space decides. */
const ofAccounts = new Set([
  'getServer',
  'register',
  'logIn',
  'refreshSession',
  'previewInvite',
  'listSessions',
  'endSession',
  'logOut',
  'getAccount',
  'updateProfile',
  'changePassword',
  'setPresence',
  'deleteAccount',
  'getUser',
  'createSpace',
  'listSpaces',
  'joinByInvite',
]);
/** They end the session or the account of whoever asks. */
const ending = new Set(['endSession', 'logOut', 'changePassword', 'deleteAccount']);

const moderation: Permission[] = [
  'message.manage',
  'member.timeout',
  'member.kick',
  'member.ban',
  'nick.manage',
  'invite.manage',
  'audit.view',
];

/** The outcome that the declarations and the reference function demand: the status of the endpoint or a code. */
function expectedOf(endpoint: Endpoint, standing: Standing, person: Person | undefined, world: World): string {
  const good = String(endpoint.status);
  if (endpoint.auth === 'none') return good;
  if (standing === 'anonymous') return 'unauthenticated';
  if (endpoint.name === 'getUser') return outside.includes(standing) ? 'not_found' : good;
  if (endpoint.name === 'joinByInvite') return standing === 'banned' ? 'banned' : good;
  if (ofAccounts.has(endpoint.name)) return good;
  assert.ok(endpoint.path.startsWith('/spaces/{space}'), `${endpoint.name} is not declared`);
  if (outside.includes(standing)) return 'not_found';
  const need = endpoint.permission ?? declared.get(endpoint.name);
  assert.ok(need !== undefined, `${endpoint.name} is not declared`);
  if (need === 'member') return good;
  if (need === 'owner') return standing === 'owner' ? good : 'owner_only';
  if (need === 'not the owner') return standing === 'owner' ? 'owner_cannot' : good;
  const { owner, roles, channels } = world.opening;
  const overrides = channels.find(({ id }) => id === world.ids.channel)?.overrides;
  const question = {
    owner,
    roles,
    member: { user: person!.id, roles: world.rolesOf(standing), timeout: standing === 'timed out' ? 2 : null },
    now: 1,
    ...(endpoint.path.includes('{channel}') && overrides ? { overrides } : {}),
  };
  const { allowed, by } = explainPermissions(question).get(need as Permission)!;
  return allowed ? good : by === 'timeout' ? 'timed_out' : 'missing_permission';
}

class World {
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

  constructor(people: World['people'], victim: Person, outcast: Person, club: Community) {
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

const outcomeOf = async (visitor: Visitor, endpoint: AskedEndpoint, ids: SampleIds) => {
  const answer = await visitor.tries(endpoint, sampleRequest(endpoint, ids));
  return answer.status < 300 ? String(answer.status) : ((jsonOf(answer) as { code?: string }).code ?? answer.text);
};

export const accessMatrixCases = [
  conformance(
    ['PERM-2', 'PERM-9', 'EVT-4', 'ERR-5'],
    'every endpoint lets in exactly whom it says',
    async ({ visitors }) => {
      const [stranger, other, banned, member, late, quiet, moderator, administrator, owner, victim, outcast] =
        await visitors(
          'stranger',
          'other',
          'banned',
          'member',
          'late',
          'quiet',
          'moderator',
          'administrator',
          'owner',
          'victim',
          'outcast',
        );
      const people = {
        stranger,
        'owner of another': other,
        banned,
        member,
        'timed out': late,
        quiet,
        moderator,
        administrator,
        owner,
      };
      const world = new World(people, victim, outcast, await owner.founds('Tea club'));
      await world.settles();
      const wrong: string[] = [];
      const last = (endpoint: Endpoint) => Number(endpoint.name === 'deleteSpace');
      for (const endpoint of [...endpoints].sort((a, b) => last(a) - last(b))) {
        if (ending.has(endpoint.name)) continue;
        for (const standing of standings) {
          if (['register', 'logIn', 'refreshSession'].includes(endpoint.name) && standing !== 'anonymous') continue;
          const person = standing === 'anonymous' ? undefined : people[standing];
          const ids = await world.prepares(endpoint, standing);
          const login = { login: victim.handle, password: victim.password, refresh_token: victim.refreshToken ?? '' };
          const expected = expectedOf(endpoint, standing, person, world);
          const outcome = await outcomeOf(person ?? new Visitor(owner.parts), endpoint, { ...ids, ...login });
          if (outcome !== expected) wrong.push(`${endpoint.name} by ${standing}: ${outcome} instead of ${expected}`);
          if (endpoint.name === 'refreshSession' && outcome === '200') {
            victim.token = (
              await new Visitor(owner.parts).asks(logIn, { body: { login: victim.handle, password: victim.password } })
            ).token;
          }
          if (outcome === String(endpoint.status) && endpoint.name !== 'deleteSpace')
            await world.restores(endpoint, standing);
        }
      }
      assert.equal(wrong.join('\n'), '');
    },
    { patience: 60_000 },
  ),

  conformance(
    ['ACC-5', 'ACC-7', 'ACC-8', 'ERR-5'],
    'what ends sessions is for those who have one',
    async ({ visitors }) => {
      for (const endpoint of endpoints.filter(({ name }) => ending.has(name))) {
        const [person] = await visitors('short-lived');
        const ids = { session: person.session, password: person.password };
        assert.equal(await outcomeOf(new Visitor(person.parts), endpoint, ids), 'unauthenticated', endpoint.name);
        assert.equal(await outcomeOf(person, endpoint, ids), String(endpoint.status), endpoint.name);
      }
    },
  ),
];
