import assert from 'node:assert/strict';
import * as accounts from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import * as channels from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { createInvite, joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import * as messages from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import * as roles from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import * as spaces from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { conformance } from '../case.ts';
import type { Community, Person } from '../person.ts';
import { placeOf } from '../person.ts';
import { type AskedEndpoint, Visitor } from '../visitor.ts';

/** Asks so many times, and each has to be granted. */
async function reaches(
  person: Visitor,
  endpoint: AskedEndpoint,
  times: number,
  options: (i: number) => object,
  batch = 25,
): Promise<void> {
  for (let i = 0; i < times; i += batch) {
    const answers = await Promise.all(
      Array.from({ length: Math.min(batch, times - i) }, (_, k) => person.tries(endpoint, options(i + k))),
    );
    for (const { status, text } of answers) assert.equal(status, endpoint.status, `${endpoint.name}: ${text}`);
  }
}

export const limitCases = [
  conformance(
    'LIM-1',
    'a space has so many roles, channels and overrides and no more',
    async ({ visitors }) => {
      const [owner] = await visitors('owner');
      const club = await owner.founds('Tea club');
      const params = { space: club.space };
      const made: string[] = [];
      await reaches(owner, roles.createRole, limits.rolesPerSpace - 1, (i) => ({
        params,
        body: { name: `role ${i}` },
      }));
      await isFull(owner, roles.createRole, limits.rolesPerSpace, { params, body: { name: 'one more' } });
      made.push(...(await owner.opens(club)).roles.map(({ id }) => id).filter((id) => id !== 'everyone'));
      const body = { allow: [], deny: ['mention.everyone'] };
      const override = (i: number) => ({ params: { ...club.general, target: made[i]! }, body });
      await reaches(owner, channels.setOverride, 1, override);
      for (let i = 1; i < limits.overridesPerChannel; i++) await owner.tries(channels.setOverride, override(i));
      await isFull(owner, channels.setOverride, limits.overridesPerChannel, override(limits.overridesPerChannel));
      const channel = (i: number) => ({ params, body: { kind: 'voice', name: `channel ${i}` } });
      await reaches(owner, channels.createChannel, limits.channelsPerSpace - 1, channel);
      await isFull(owner, channels.createChannel, limits.channelsPerSpace, channel(0));
    },
    { patience: 480_000 },
  ),

  conformance('LIM-1', 'a message has so many edits and emoji and no more', async ({ visitors }) => {
    const [owner] = await visitors('owner');
    const club = await owner.founds('Tea club');
    const sent = await owner.says(club.general, 'hello');
    const params = placeOf(sent);
    await reaches(owner, messages.editMessage, limits.editsPerMessage, (i) => ({
      params,
      body: { content: `edit ${i}` },
    }));
    await isFull(owner, messages.editMessage, limits.editsPerMessage, { params, body: { content: 'one more' } });
    const emoji = (i: number) => ({ params: { ...params, emoji: String.fromCodePoint(0x1f600 + i) } });
    await reaches(owner, messages.addReaction, limits.emojiPerMessage, emoji);
    await isFull(owner, messages.addReaction, limits.emojiPerMessage, emoji(limits.emojiPerMessage));
    await owner.reacts(sent, String.fromCodePoint(0x1f600));
  }),

  conformance(
    'LIM-1',
    'a channel has so many pins and a message so many mentions and no more',
    async ({ visitors }) => {
      const [owner] = await visitors('owner');
      const club = await owner.founds('Tea club');
      const sent = await Promise.all(
        Array.from({ length: limits.pinsPerChannel + 1 }, (_, i) => owner.says(club.general, `pin ${i}`)),
      );
      await reaches(owner, messages.pinMessage, limits.pinsPerChannel, (i) => ({ params: placeOf(sent[i]!) }));
      await isFull(owner, messages.pinMessage, limits.pinsPerChannel, { params: placeOf(sent.at(-1)!) });
      const made = await Promise.all(
        Array.from({ length: 60 }, (_, i) => owner.makesRole(club, `role ${i}`, { mentionable: true })),
      );
      const { mentions } = await owner.says(club.general, made.map(({ id }) => `<@&${id}>`).join(''));
      assert.equal(mentions.roles.length, limits.mentionsPerMessage);
      assert.deepEqual(
        mentions.roles,
        made.slice(0, limits.mentionsPerMessage).map(({ id }) => id),
      );
    },
    { patience: 480_000 },
  ),

  conformance(
    'LIM-1',
    'a space has so many invites that work and no more',
    async ({ visitors }) => {
      const [owner] = await visitors('owner');
      const { space } = await owner.founds('Tea club');
      const options = { params: { space }, body: {} };
      await reaches(owner, createInvite, limits.invitesPerSpace, () => options);
      await isFull(owner, createInvite, limits.invitesPerSpace, options);
    },
    { patience: 480_000 },
  ),

  conformance(
    ['LIM-1', 'ACC-4'],
    'of too many sessions the one that was unused for the longest time ends',
    async ({ people }) => {
      const [ada] = await people('Ada');
      const body = { login: ada.handle, password: ada.password };
      const visitor = new Visitor(ada.parts);
      const { token } = await visitor.asks(accounts.logIn, { body });
      await reaches(visitor, accounts.logIn, limits.sessionsPerUser - 2, () => ({ body }), 4);
      ada.gateway!.send({ op: 'heartbeat', seq: ada.gateway!.count });
      await ada.gateway!.frame('heartbeat_ack');
      await visitor.asks(accounts.logIn, { body });
      const { sessions } = await new Visitor(ada.parts, token).asks(accounts.listSessions);
      assert.equal(sessions.length, limits.sessionsPerUser);
      assert.equal(await ada.gateway!.closing(), 4004);
      await ada.isRefused('session_ended', accounts.getAccount);
    },
    { patience: 480_000 },
  ),

  conformance(
    'LIM-1',
    'a user is in so many spaces and no more',
    async ({ visitors }) => {
      const [owner, other] = await visitors('owner', 'other');
      const club: Community = await other.founds('Tea club');
      await reaches(owner, spaces.createSpace, limits.spacesPerUser, (i) => ({ body: { name: `club ${i}` } }));
      await isFull(owner, spaces.createSpace, limits.spacesPerUser, { body: { name: 'one more' } });
      await isFull(owner, joinByInvite, limits.spacesPerUser, { params: { code: await other.makesInvite(club) } });
    },
    { patience: 480_000 },
  ),
];

async function isFull(person: Person, endpoint: AskedEndpoint, limit: number, options: object): Promise<void> {
  const { details } = await person.isRefused('limit_reached', endpoint, options);
  assert.equal(details?.['limit'], limit, endpoint.name);
}
