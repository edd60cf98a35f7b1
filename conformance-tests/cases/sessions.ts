import assert from 'node:assert/strict';
import * as accounts from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { getServer } from '@folkmoot/protocol-spec/schemas/client/server.ts';
import { conformance } from '../case.ts';
import type { Person } from '../person.ts';
import { Visitor } from '../visitor.ts';

const week = 7 * 86_400_000;

export const sessionCases = [
  conformance('ACC-3', 'a refresh token gives new tokens and ends the old access token', async ({ visitors }) => {
    const [ada] = await visitors('Ada');
    const fresh = await refresh(ada, ada.refreshToken);
    assert.notEqual(fresh.token, ada.token);
    assert.notEqual(fresh.refresh_token, ada.refreshToken);
    assert.equal(fresh.session.id, ada.session);
    await ada.isRefused('session_ended', accounts.getAccount);
    ada.token = fresh.token;
    await ada.asks(accounts.getAccount);
  }),

  conformance('ACC-3', 'a refresh whose answer was lost can be asked again', async ({ visitors }) => {
    const [ada] = await visitors('Ada');
    const first = await refresh(ada, ada.refreshToken);
    const again = await refresh(ada, ada.refreshToken);
    assert.equal(again.token, first.token);
    assert.equal(again.refresh_token, first.refresh_token);
    const both = await Promise.all([refresh(ada, first.refresh_token), refresh(ada, first.refresh_token)]);
    assert.equal(both[0].token, both[1].token);
  }),

  conformance(
    'ACC-3',
    'a refresh token from further back ends the session of the thief and the owner',
    async ({ people }) => {
      const [ada] = await people('Ada');
      const { refresh_token } = await refresh(ada, ada.refreshToken);
      const { token } = await refresh(ada, refresh_token);
      ada.token = token;
      await ada.asks(accounts.getAccount);
      await new Visitor(ada.parts).isRefused('token_reused', accounts.refreshSession, {
        body: { refresh_token: ada.refreshToken },
      });
      await ada.isRefused('session_ended', accounts.getAccount);
      assert.equal(await ada.gateway?.closing(), 4004);
    },
  ),

  conformance('ACC-3', 'what is no refresh token refreshes nothing', async ({ visitors }) => {
    const [ada] = await visitors('Ada');
    for (const refresh_token of [`fm_r_${'A'.repeat(43)}`, ada.token, '']) {
      await new Visitor(ada.parts).isRefused('unauthenticated', accounts.refreshSession, { body: { refresh_token } });
    }
  }),

  conformance(
    ['ACC-4', 'ACC-5'],
    'sessions are listed, and one that is ended is dead at once with its sockets',
    async ({ people }) => {
      const [ada] = await people('Ada');
      const phone = new Visitor(ada.parts);
      const body = { login: ada.handle, password: ada.password, device: 'phone' };
      const logIn = await phone.asks(accounts.logIn, { body });
      phone.token = logIn.token;
      const { sessions } = await phone.asks(accounts.listSessions);
      assert.deepEqual(
        sessions.map(({ id, current }) => [id, current]).sort(),
        [
          [logIn.session.id, true],
          [ada.session, false],
        ].sort(),
      );
      assert.ok(sessions.some(({ device }) => device === 'phone'));
      await phone.asks(accounts.endSession, { params: { session: ada.session } });
      assert.equal(await ada.gateway?.closing(), 4004);
      await ada.isRefused('session_ended', accounts.getAccount);
      await new Visitor(ada.parts).isRefused('unauthenticated', accounts.refreshSession, {
        body: { refresh_token: ada.refreshToken },
      });
      await phone.asks(accounts.getAccount);
    },
  ),

  conformance('ACC-5', 'nobody ends a session of somebody else', async ({ visitors }) => {
    const [ada, eve] = await visitors('Ada', 'Eve');
    await eve.isRefused('not_found', accounts.endSession, { params: { session: ada.session } });
    await ada.asks(accounts.getAccount);
  }),

  conformance(['ACC-5', 'GW-15'], 'logging out closes the gateway, and nothing resumes it', async ({ people }) => {
    const [ada] = await people('Ada');
    const ready = await ada.gateway!.frame('ready');
    await ada.asks(accounts.logOut);
    assert.equal(await ada.gateway!.closing(), 4004);
    await ada.isRefused('session_ended', accounts.getAccount);
    const again = ada.connects();
    await again.frame('hello');
    again.send({ op: 'resume', token: ada.token, session: ready.session, seq: 0 });
    assert.equal(await again.closing(), 4004);
  }),

  conformance(
    ['API-5', 'API-6'],
    'a token counts in its header only, and where none is needed a wrong one does no harm',
    async ({ visitors }) => {
      const [ada] = await visitors('Ada');
      const nobody = new Visitor(ada.parts);
      await nobody.isRefused('unauthenticated', accounts.getAccount);
      for (const name of ['token', 'access_token']) {
        const answer = await nobody.tries(accounts.getAccount, { query: { [name]: ada.token } });
        assert.ok(answer.status === 401 || answer.status === 400);
      }
      const wrong = new Visitor(ada.parts, `fm_s_${'A'.repeat(43)}`);
      await wrong.isRefused('session_ended', accounts.getAccount);
      await wrong.asks(getServer);
    },
  ),

  conformance(
    'ACC-3',
    'a session that was not refreshed for long has ended',
    async ({ people, target }) => {
      const [ada, bo] = await people('Ada', 'Bo');
      await target.advanceClock(week);
      await ada.isRefused('session_ended', accounts.getAccount);
      const { token } = await refresh(ada, ada.refreshToken);
      ada.token = token;
      await ada.asks(accounts.getAccount);
      await target.advanceClock(60 * week);
      await new Visitor(bo.parts).isRefused('unauthenticated', accounts.refreshSession, {
        body: { refresh_token: bo.refreshToken },
      });
    },
    { needs: ['advanceClock'] },
  ),

  conformance(
    'ACC-3',
    'a refresh token that comes again later ends the session',
    async ({ visitors, target }) => {
      const [ada] = await visitors('Ada');
      const { token } = await refresh(ada, ada.refreshToken);
      await target.advanceClock(5 * 60_000);
      await new Visitor(ada.parts).isRefused('token_reused', accounts.refreshSession, {
        body: { refresh_token: ada.refreshToken },
      });
      await new Visitor(ada.parts, token).isRefused('session_ended', accounts.getAccount);
    },
    { needs: ['advanceClock'] },
  ),
];

function refresh({ parts }: Person, refresh_token = '') {
  return new Visitor(parts).asks(accounts.refreshSession, { body: { refresh_token } });
}
