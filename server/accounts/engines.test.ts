import assert from 'node:assert/strict';
import { test } from 'node:test';
import { engines } from '../testing/engines.ts';
import { goodPassword, personOf, startAccounts } from './accounts-testing.ts';
import { forgetExpiredSessions } from './end-session.ts';
import { createRegistrationInvite } from './registration-invite.ts';
import { makeSetUpToken } from './set-up-link.ts';

for (const engine of engines) {
  test(`${engine.name}: an account from its invite to its end`, async (t) => {
    const place = await engine.fresh(t);
    if (place === undefined) return;
    const home = await startAccounts(t, { database: place.url, config: { registration: 'invite' } });
    const { ask, parts, clock, register } = home;

    const admin = await register('owner.of.it', { set_up: await parts.commit(makeSetUpToken) });
    assert.equal((await admin.ask('GET', '/users/me')).json?.['admin'], true);
    const terms = { expires: clock.now() + 1_000, maxUses: 1 };
    const invite = await parts.commit((tx) => createRegistrationInvite(tx, terms, clock.now()));
    const alice = await register('alice', { invite, email: 'alice@mail.example' });
    await assert.rejects(register('bert', { invite }), /invite_gone/);
    await assert.rejects(register('a1ice', { invite }), /invite_gone|handle_taken/);

    const phone = personOf(
      ask,
      await ask('POST', '/api/v1/sessions', { body: { login: 'alice@mail.example', password: goodPassword } }),
    );
    const refresh = () => ask('POST', '/api/v1/sessions/refresh', { body: { refresh_token: phone.refreshToken } });
    assert.equal((await refresh()).status, 200);
    clock.advance(60_000);
    assert.equal((await refresh()).code, 'token_reused');
    assert.equal((await alice.ask('PATCH', '/users/me', { handle: 'alice.b', bio: 'Gardener' })).status, 200);
    const password = 'another plum tree';
    assert.equal((await alice.ask('PUT', '/users/me/password', { current: goodPassword, password })).status, 204);
    assert.equal((await alice.ask('PUT', '/users/me/presence', { status: 'idle', text: '' })).status, 200);
    const { json } = await alice.ask('GET', '/sessions');
    assert.partialDeepStrictEqual(json, { sessions: [{ id: alice.session, current: true }] });
    assert.equal((await alice.ask('POST', '/users/me/delete', { password })).status, 204);
    clock.advance(91 * 86_400_000);
    await forgetExpiredSessions(parts);
    assert.equal((await admin.ask('GET', '/users/me')).code, 'session_ended');
  });
}
