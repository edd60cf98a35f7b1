import assert from 'node:assert/strict';
import { endpoints } from '@folkmoot/protocol-spec/schemas/client/endpoints.ts';
import { createInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { createChannel, updateChannel } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { giveRole } from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import { someAtOnce } from '../at-once.ts';
import { conformance } from '../case.ts';
import { assertSame, looksOf } from '../expect.ts';
import type { Person } from '../person.ts';
import { type SampleIds, sampleRequest } from '../sample-requests.ts';
import type { Community } from '../person.ts';

const nothing = {
  space: `s_${'a'.repeat(32)}`,
  channel: `c_${'a'.repeat(26)}`,
  role: `r_${'a'.repeat(26)}`,
  invite: `n_${'a'.repeat(26)}`,
  user: `u_${'a'.repeat(32)}`,
  session: `x_${'a'.repeat(26)}`,
};

/** One of everything in a community, for the parameters of endpoints. */
async function idsIn(owner: Person, club: Community): Promise<SampleIds & Record<keyof typeof nothing, string>> {
  const message = await owner.says(club.general, 'something');
  const role = await owner.makesRole(club, 'role');
  const { invite } = await owner.asks(createInvite, { params: { space: club.space }, body: {} });
  return {
    ...club.general,
    message: message.id,
    role: role.id,
    invite: invite.id,
    user: owner.id,
    target: role.id,
    emoji: '👍',
    session: owner.session,
  };
}

const ofSpaces = endpoints.filter(({ path }) => path.startsWith('/spaces/{space}'));
const ofChannels = ofSpaces.filter(({ path }) => path.includes('{channel}'));

export const hiddenCases = [
  conformance(
    ['PERM-5', 'ERR-5', 'EVT-4'],
    'a space one is not in looks like one that is not, at every endpoint',
    async ({ visitors }) => {
      const [owner, stranger, banned] = await visitors('owner', 'stranger', 'banned');
      const club = await owner.founds('Tea club');
      await owner.bans(club, banned);
      const ids = await idsIn(owner, club);
      for (const person of [stranger, banned]) {
        for (const endpoint of ofSpaces) {
          const hidden = await person.tries(endpoint, sampleRequest(endpoint, ids));
          const missing = await person.tries(endpoint, sampleRequest(endpoint, { ...ids, space: nothing.space }));
          assert.equal(hidden.status, 404, `${endpoint.name}: ${hidden.text}`);
          assert.equal(looksOf(hidden), looksOf(missing), endpoint.name);
        }
      }
    },
  ),

  conformance(
    ['PERM-5', 'EVT-4'],
    'a channel one may not view looks like one that is not, at every endpoint',
    async ({ visitors }) => {
      const [owner, mod] = await visitors('owner', 'mod');
      const club = await owner.founds('Tea club');
      await owner.invites(mod);
      const role = await owner.makesRole(club, 'mods', {
        rank: 50,
        permissions: ['channel.manage', 'message.manage', 'role.manage'],
      });
      await owner.gives(club, mod, role);
      const secret = await owner.makesChannel(club, 'secret', { private: true });
      const ids = await idsIn(owner, { ...club, general: secret });
      for (const endpoint of ofChannels) {
        const hidden = await mod.tries(endpoint, sampleRequest(endpoint, ids));
        const missing = await mod.tries(endpoint, sampleRequest(endpoint, { ...ids, channel: nothing.channel }));
        assert.equal(hidden.status, 404, `${endpoint.name}: ${hidden.text}`);
        assert.equal(looksOf(hidden), looksOf(missing), endpoint.name);
      }
      const category = await owner.makesChannel(club, 'hidden category', { kind: 'category', private: true });
      for (const [endpoint, params, more] of [
        [updateChannel, club.general, {}],
        [createChannel, { space: club.space }, { kind: 'text', name: 'x' }],
      ] as const) {
        const looks = async (parent: string) =>
          looksOf(await mod.tries(endpoint, { params: { ...params }, body: { ...more, parent } }));
        assert.equal(await looks(category.channel), await looks(nothing.channel), endpoint.name);
      }
    },
  ),

  conformance(['PERM-5', 'API-2'], 'ids of another community are nothing here (C28)', async ({ people }) => {
    const [owner, other] = await people('owner', 'other');
    const club = await owner.founds('Tea club');
    const theirs = await other.founds('Other club');
    const [own, foreign] = [await idsIn(owner, club), await idsIn(other, theirs)];
    const before = await other.opens(theirs);
    const wrong: string[] = [];
    for (const endpoint of ofSpaces) {
      for (const name of ['channel', 'role', 'invite', 'user', 'target'] as const) {
        // Somebody who never was here can be banned.
        if (!endpoint.path.includes(`{${name}}`) || (name === 'user' && endpoint.name === 'banUser')) continue;
        const answer = await owner.tries(endpoint, sampleRequest(endpoint, { ...own, [name]: foreign[name] }));
        if (answer.status !== 404)
          wrong.push(`${endpoint.name} with the ${name} of another community: ${answer.status}`);
      }
    }
    assert.deepEqual(wrong, []);
    const params = { space: club.space, user: owner.id, role: foreign.role };
    await owner.isRefused('not_found', giveRole, { params });
    await owner.isRefused('not_found', createInvite, { params: { space: club.space }, body: { role: foreign.role } });
    assertSame(await other.opens(theirs), before, 'nothing changed there');
  }),

  conformance('API-2', 'an id that is none is nothing, at every endpoint (F50)', async ({ visitors }) => {
    const [owner] = await visitors('owner');
    const ids = { ...(await idsIn(owner, await owner.founds('Tea club'))), code: 'x' };
    const odd = [
      'x',
      '%00',
      '..',
      '%2e%2e%2f',
      '..%2f..%2fx',
      'a'.repeat(4_096),
      "'--",
      'c_' + 'A'.repeat(26),
      '__proto__',
      'constructor',
    ];
    for (const endpoint of endpoints.filter(({ path }) => path.includes('{'))) {
      for (const [, name = ''] of endpoint.path.matchAll(/\{([a-z_]+)\}/g)) {
        if (name === 'emoji') continue;
        await someAtOnce(odd, async (value) => {
          const answer = await owner.tries(endpoint, sampleRequest(endpoint, { ...ids, [name]: value }));
          assert.equal(
            answer.status,
            404,
            `${endpoint.name} ${name}=${value.slice(0, 20)}: ${answer.text.slice(0, 200)}`,
          );
        });
      }
    }
  }),
];
