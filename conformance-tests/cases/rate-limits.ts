import assert from 'node:assert/strict';
import * as accounts from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { listMessages, sendMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { createInvite, previewInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { conformance } from '../case.ts';
import { jsonOf } from '../check-answer.ts';
import { eventually } from '../waiting.ts';

const needs = ['withRateLimits'] as const;

export const rateLimitCases = [
  conformance(
    ['LIM-2', 'LIM-3', 'LIM-4'],
    'whoever is too fast is held back, with the wait, and nobody else is',
    async ({ target, visitorsAt }) => {
      const [ada, bo] = await visitorsAt(await target.withRateLimits())('Ada', 'Bo');
      const club = await ada.founds('Tea club');
      await ada.invites(bo);
      const params = { ...club.general };
      const says = () => ada.tries(sendMessage, { params, body: { content: 'hello' } });
      const first = await says();
      const [limit, left] = [Number(first.headers['ratelimit-limit']), Number(first.headers['ratelimit-remaining'])];
      assert.ok(limit > 1 && left === limit - 1 && Number(first.headers['ratelimit-reset']) >= 0);
      const answers = [first];
      let refused = await says();
      // Many at once, so that even a slow machine is faster than what is given back.
      for (; refused.status === 201; refused = await says())
        answers.push(refused, ...(await Promise.all(Array.from({ length: limit + 5 }, says))));
      const { code, retry = 0 } = jsonOf(refused) as { code: string; retry?: number };
      assert.equal(code, 'rate_limited');
      assert.equal(refused.headers['retry-after'], String(Math.ceil(retry / 1_000)));
      // The wait itself is what is looked at; two clocks that count milliseconds may be two of them apart.
      await new Promise((resolve) => setTimeout(resolve, retry + 2));
      const again = await says();
      assert.equal(again.status, 201, 'nothing came in between, and the wait is over');
      answers.push(again);
      const granted = answers.filter(({ status }) => status === 201).length;
      await bo.asks(sendMessage, { params, body: { content: 'I was slow' } });
      let said = 0;
      for (let before: string | undefined, more = true; more; ) {
        const page = await bo.asks(listMessages, { params, query: { limit: 100, ...(before ? { before } : {}) } });
        said += page.messages.length;
        more = page.more_before;
        before = page.messages[0]?.id;
      }
      assert.equal(said, granted + 1, 'what was refused had no effect');
    },
    { needs, patience: 240_000 },
  ),

  conformance(
    'LIM-2',
    'every answer says how much is left',
    async ({ target, visitorsAt }) => {
      const [ada] = await visitorsAt(await target.withRateLimits())('Ada');
      for (const [endpoint, options] of [
        [accounts.getAccount, {}],
        [accounts.updateProfile, { body: { bio: 3 } }],
        [accounts.getUser, { params: { user: 'x' } }],
        [createInvite, { params: { space: `s_${'a'.repeat(32)}` }, body: {} }],
      ] as const) {
        const { headers } = await ada.tries(endpoint, options);
        for (const name of ['ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset']) {
          assert.match(headers[name] as string, /^\d+$/, `${endpoint.name}: ${name}`);
        }
      }
    },
    { needs },
  ),

  conformance(
    'GW-2',
    'more than 120 frames in a minute are too many, pings too (C46)',
    async ({ target, visitorsAt }) => {
      const [ada] = await visitorsAt(await target.withRateLimits())('Ada');
      const gateway = await ada.watches();
      for (let i = 0; i < 130; i++) gateway.send({ op: 'heartbeat', seq: gateway.count });
      assert.equal(await gateway.closing(), 4008);
      assert.ok(gateway.frames.filter(({ op }) => op === 'heartbeat_ack').length <= 120);
      const pinging = await ada.watches();
      for (let i = 0; i < 1_000; i++) pinging.socket.ping();
      assert.equal(await pinging.closing(), 4008);
    },
    { needs },
  ),

  conformance(
    ['API-5', 'INV-1'],
    'the log of a session has no token, password or code in it',
    async ({ target, visitorsAt, signal }) => {
      const limited = await target.withRateLimits();
      const logged = () => limited.logText?.() ?? '';
      const { length } = logged();
      const [ada] = await visitorsAt(limited)('Ada');
      const club = await ada.founds('Tea club');
      const code = await ada.makesInvite(club);
      await ada.asks(previewInvite, { params: { code } });
      const gateway = await ada.watches();
      await ada.says(club.general, 'hello');
      await gateway.event('message.created');
      const isLogged = async () => /sendMessage|\/messages/.test(logged().slice(length));
      await eventually(signal, isLogged, 'the log says what was asked');
      const log = logged();
      for (const secret of [ada.token, ada.refreshToken, ada.password, code])
        assert.ok(!log.includes(secret ?? ''), secret);
    },
    { needs: ['withRateLimits', 'logText'] },
  ),
];
