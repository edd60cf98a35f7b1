import assert from 'node:assert/strict';
import { endpoints } from '@folkmoot/protocol-spec/schemas/client/endpoints.ts';
import { createInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { getServer } from '@folkmoot/protocol-spec/schemas/client/server.ts';
import { sendMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { conformance } from '../case.ts';
import { jsonOf } from '../check-answer.ts';
import { assertSame } from '../expect.ts';
import { sampleRequest } from '../sample-requests.ts';
import { sendRequest } from '../send-request.ts';
import { Visitor } from '../visitor.ts';

const unwanted = [
  'owner_id',
  'owner',
  'permissions_extra',
  'is_admin',
  'admin',
  'scheme_admin',
  'storage_path',
  'author',
  'created_at',
  'id',
  '__proto__',
  'constructor',
  'toString',
];
const hubParts = { mentions: { users: [], roles: [], everyone: true } };

export const bodyCases = [
  conformance(
    ['VER-4', 'API-2'],
    'a body with a member that nobody knows is refused at every endpoint, and nothing changes (C30)',
    async ({ visitors }) => {
      const [owner, member] = await visitors('owner', 'member');
      const club = await owner.founds('Tea club');
      await owner.invites(member);
      const { invite } = await owner.asks(createInvite, { params: { space: club.space }, body: {} });
      const role = await owner.makesRole(club, 'role');
      const message = await owner.says(club.general, 'something');
      const ids = {
        ...club.general,
        message: message.id,
        role: role.id,
        invite: invite.id,
        user: member.id,
        target: role.id,
        emoji: '👍',
        session: owner.session,
        password: owner.password,
        login: owner.handle,
        refresh_token: 'x',
      };
      const before = await owner.opens(club);
      for (const endpoint of endpoints.filter(({ body }) => body)) {
        const { params, body } = sampleRequest(endpoint, ids);
        for (const name of unwanted) {
          const text = `${JSON.stringify(body).slice(0, -1)}${Object.keys(body as object).length > 0 ? ',' : ''}${JSON.stringify(name)}:{"a":1}}`;
          const answer = await owner.tries(endpoint, { params, text });
          assert.equal(answer.status, 400, `${endpoint.name} ${name}: ${answer.text}`);
          assert.ok(['invalid_body', 'invalid_json'].includes((jsonOf(answer) as { code: string }).code), answer.text);
        }
      }
      await owner.isRefused('invalid_body', sendMessage, {
        params: { ...club.general },
        body: { content: 'hello', hub: hubParts },
      });
      assertSame(await owner.opens(club), before, 'nothing changed');
    },
  ),

  conformance(['API-2', 'ERR-5'], 'a body that is none is refused at every endpoint', async ({ visitors }) => {
    const [owner, member] = await visitors('owner', 'member');
    const club = await owner.founds('Tea club');
    await owner.invites(member);
    const message = await owner.says(club.general, 'something');
    const role = await owner.makesRole(club, 'role');
    const ids = { ...club.general, message: message.id, role: role.id, user: member.id, target: role.id };
    for (const endpoint of endpoints.filter(({ body }) => body)) {
      const { params } = sampleRequest(endpoint, { ...ids, password: 'x', login: 'x', refresh_token: 'x' });
      for (const text of ['null', '[]', '"x"', '1', 'true', '[[{}]]']) {
        await owner.isRefused('invalid_body', endpoint, { params, text });
      }
      for (const text of ['{', 'undefined', '{"a":}', "{'a':1}", '{"a":1,}', '\ufeff{}', '{}x', 'NaN']) {
        await owner.isRefused('invalid_json', endpoint, { params, text });
      }
      await owner.isRefused('unsupported_media_type', endpoint, {
        params,
        text: '{}',
        headers: { 'content-type': 'text/plain' },
      });
    }
  }),

  conformance('API-3', 'text that is not well-formed is refused before it means anything', async ({ visitors }) => {
    const [owner] = await visitors('owner');
    const club = await owner.founds('Tea club');
    const params = { ...club.general };
    const refused = (code: 'invalid_text' | 'invalid_json' | 'too_deep' | 'too_large', text: string | Buffer) =>
      owner.isRefused(code, sendMessage, { params, text });
    await refused('invalid_text', '{"content":"a\\u0000b"}');
    await refused('invalid_text', '{"content":"\\ud800"}');
    await refused('invalid_text', '{"content":"\\udc00\\ud800"}');
    await refused('invalid_text', Buffer.concat([Buffer.from('{"content":"'), Buffer.from([0xff]), Buffer.from('"}')]));
    await refused('invalid_json', '{"content":"a","content":"b"}');
    await refused('invalid_json', '{"content":"a","\\u0063ontent":"b"}');
    await refused('too_deep', `{"content":${'['.repeat(17)}${']'.repeat(17)}}`);
    await refused('too_deep', '['.repeat(60_000));
    await refused('too_deep', `${'{"a":'.repeat(20_000)}1`);
    await owner.isRefused('invalid_body', sendMessage, {
      params,
      text: `{"content":${'['.repeat(15)}${']'.repeat(15)}}`,
    });
    assert.deepEqual((await owner.reads(club.general)).messages, []);
  }),

  conformance(
    ['API-3', 'LIM-1'],
    'what is huge is refused soon, and others do not wait for it (C119)',
    async ({ visitors }) => {
      const [owner] = await visitors('owner');
      const club = await owner.founds('Tea club');
      const params = { ...club.general };
      const keys = Array.from({ length: 12_000 }, (_, i) => `"k${i}":1`).join();
      const hostile = [
        '['.repeat(1_000_000),
        `[${'1,'.repeat(2_500_000)}1]`,
        `{${Array.from({ length: 400_000 }, (_, i) => `"k${i}":1`).join()}}`,
        `{${keys}}`,
        `{"content":${'9'.repeat(100_000)}}`,
        `{"content":1${'0'.repeat(400)}}`,
      ];
      const visitor = new Visitor(owner.parts);
      for (const text of hostile) {
        const waits: number[] = [];
        const [answer] = await Promise.all([
          owner.tries(sendMessage, { params, text }),
          ...[1, 2, 3].map(async () => {
            const begin = performance.now();
            await visitor.asks(getServer);
            waits.push(performance.now() - begin);
          }),
        ]);
        assert.ok(answer.status === 400 || answer.status === 413, `${answer.status} ${text.slice(0, 20)}`);
        // Far from what it takes, so that only a standstill is found and not a busy machine.
        assert.ok(Math.max(...waits) < 15_000, `others waited ${Math.max(...waits)} ms`);
      }
    },
  ),

  conformance(
    'LIM-1',
    'a body may have 131,072 bytes and not one more, said or not said before',
    async ({ visitors, target, signal }) => {
      const [owner] = await visitors('owner');
      const club = await owner.founds('Tea club');
      const params = { ...club.general };
      const fits = `{"content":"hello"}${' '.repeat(131_072 - 19)}`;
      assert.equal((await owner.tries(sendMessage, { params, text: fits })).status, 201);
      await owner.isRefused('too_large', sendMessage, { params, text: `${fits} ` });
      const path = `/api/v1/spaces/${club.space}/channels/${club.general.channel}/messages`;
      const headers = {
        authorization: `Bearer ${owner.token}`,
        'content-type': 'application/json',
        'transfer-encoding': 'chunked',
      };
      const chunked = await sendRequest(target.url, { method: 'POST', path, headers, body: `${fits} `, signal });
      assert.equal(chunked.status, 413);
    },
  ),
];
