import assert from 'node:assert/strict';
import { endpoints } from '@folkmoot/protocol-spec/schemas/client/endpoints.ts';
import { explainPermissions } from '@folkmoot/protocol-spec/schemas/permissions-of.ts';
import type { Permission } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import { logIn } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { AccessWorld, outside, type Standing, standings } from '../access-world.ts';
import { conformance } from '../case.ts';
import { jsonOf } from '../check-answer.ts';
import type { Person } from '../person.ts';
import { type SampleIds, sampleRequest } from '../sample-requests.ts';
import { type AskedEndpoint, Visitor } from '../visitor.ts';

type Endpoint = (typeof endpoints)[number];

/** Who may ask what no permission of the endpoint itself says: another right, whoever is a member, or the owner alone. */
const declared = new Map<string, 'member' | 'owner' | 'not the owner' | Permission>(
  Object.entries({
    getSpace: 'member',
    explainPermission: 'member',
    listInvites: 'member',
    listMembers: 'member',
    getMember: 'member',
    reportMessage: 'member',
    markRead: 'member',
    removeReaction: 'member',
    listStreamTokens: 'member',
    revokeStreamToken: 'member',
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
  'searchMessages',
  'joinByInvite',
  'createBot',
  'listBots',
  'updateBot',
  'deleteBot',
  'createBotToken',
  'listBotTokens',
  'revokeBotToken',
]);
/** They end the session or the account of whoever asks. */
const ending = new Set(['endSession', 'logOut', 'changePassword', 'deleteAccount']);

/** The outcome that the declarations and the reference function demand: the status of the endpoint or a code. */
function expectedOf(endpoint: Endpoint, standing: Standing, person: Person | undefined, world: AccessWorld): string {
  const good = String(endpoint.status);
  if (endpoint.auth === 'none') return good;
  if (standing === 'anonymous') return 'unauthenticated';
  if (endpoint.name === 'getUser') return outside.includes(standing) ? 'not_found' : good;
  if (endpoint.name === 'joinByInvite') return standing === 'banned' ? 'banned' : good;
  if (ofAccounts.has(endpoint.name)) return good;
  // For admins of the homeserver, of whom there is none among these.
  if (endpoint.name === 'getVoiceQuality') return 'forbidden';
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

const outcomeOf = async (visitor: Visitor, endpoint: AskedEndpoint, ids: SampleIds) => {
  const answer = await visitor.tries(endpoint, sampleRequest(endpoint, ids));
  return answer.status < 300 ? String(answer.status) : ((jsonOf(answer) as { code?: string }).code ?? answer.text);
};

export const accessMatrixCases = [
  conformance(
    ['PERM-2', 'PERM-9', 'EVT-4', 'ERR-5', 'QUAL-1'],
    'every endpoint lets in exactly whom it says (C27)',
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
      const world = new AccessWorld(people, victim, outcast, await owner.founds('Tea club'));
      await world.settles();
      const wrong: string[] = [];
      const last = (endpoint: Endpoint) => Number(endpoint.name === 'deleteSpace');
      // What people are to each other has nothing to do with standings in a community.
      const inCommunities = endpoints.filter(({ tag }) => tag !== 'people');
      for (const endpoint of inCommunities.sort((a, b) => last(a) - last(b))) {
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
    { patience: 480_000 },
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
