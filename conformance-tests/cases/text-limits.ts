import assert from 'node:assert/strict';
import * as accounts from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import * as channels from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { createInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import * as members from '@folkmoot/protocol-spec/schemas/client/members.ts';
import * as messages from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import * as roles from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import * as spaces from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { conformance } from '../case.ts';
import { placeOf } from '../person.ts';
import type { AskedEndpoint } from '../visitor.ts';

const x = (length: number) => 'x'.repeat(length);

export const textLimitCases = [
  conformance('LIM-1', 'texts may be as long as the limits say and not longer', async ({ visitors }) => {
    const [owner, member] = await visitors('owner', 'member');
    const club = await owner.founds('Tea club');
    await owner.invites(member);
    const role = await owner.makesRole(club, 'role');
    const { space } = club;
    const params = { ...club.general, role: role.id, user: member.id };
    const presence = (text: string) => ({ status: 'online', text });
    const table: [AskedEndpoint, number, (text: string) => object][] = [
      [messages.sendMessage, limits.messageLength, (content) => ({ content })],
      [spaces.createSpace, limits.nameLength, (name) => ({ name })],
      [spaces.updateSpace, limits.descriptionLength, (description) => ({ description })],
      [roles.createRole, limits.nameLength, (name) => ({ name })],
      [channels.createChannel, limits.nameLength, (name) => ({ kind: 'text', name })],
      [channels.updateChannel, limits.topicLength, (topic) => ({ topic })],
      [members.updateMember, limits.nameLength, (nick) => ({ nick })],
      [accounts.updateProfile, limits.nameLength, (display_name) => ({ display_name })],
      [accounts.updateProfile, limits.bioLength, (bio) => ({ bio })],
      [accounts.setPresence, limits.statusTextLength, presence],
      [members.banUser, limits.reasonLength, (reason) => ({ reason })],
    ];
    for (const [endpoint, length, body] of table) {
      const fits = await owner.tries(endpoint, { params, body: body(x(length)) });
      assert.equal(fits.status, endpoint.status, `${endpoint.name}: ${fits.text}`);
      await owner.isRefused('invalid_body', endpoint, { params, body: body(x(length + 1)) });
    }
    const numbers: [AskedEndpoint, object][] = [
      [channels.updateChannel, { slow_mode: limits.slowModeSeconds + 1 }],
      [channels.updateChannel, { slow_mode: -1 }],
      [channels.updateChannel, { order: 1.5 }],
      [members.banUser, { purge_seconds: limits.purgeSeconds + 1 }],
      [createInvite, { max_uses: 0 }],
      [createInvite, { expires_in: 59 }],
      [roles.createRole, { name: 'x', color: 0x1000000 }],
    ];
    for (const [endpoint, body] of numbers)
      await owner.isRefused('invalid_body', endpoint, { params: { ...params, space }, body });
    for (const content of ['', ' ', '\n\t ', '\u2003']) {
      await owner.isRefused('invalid_body', messages.sendMessage, { params, body: { content } });
    }
  }),

  conformance(
    'LIM-1',
    'a message of the longest text comes through whole, whatever it is made of',
    async ({ people }) => {
      const [owner, reader] = await people('owner', 'reader');
      const club = await owner.founds('Tea club');
      await owner.invites(reader);
      for (const content of [
        x(4_000),
        'ß'.repeat(4_000),
        '\u0001\u2028"\\'.repeat(1_000),
        `${'e\u0301'.repeat(2_000)}`,
      ]) {
        const sent = await owner.says(club.general, content);
        assert.equal((await reader.hears(sent)).content, content);
        assert.equal((await reader.asks(messages.getMessage, { params: placeOf(sent) })).content, content);
      }
    },
  ),
];
