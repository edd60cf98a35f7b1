import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHttpClient } from '@folkmoot/protocol-spec/client/http-client.ts';
import { getAccount } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { person } from '@folkmoot/server/testing/people.ts';
import { startHomeserver } from '@folkmoot/server/testing/start-homeserver.ts';
import { homeOf } from '../testing/home.ts';

test('an admin makes a bot for somebody, more tokens for it, revokes them and deletes it', async (t) => {
  const home = homeOf(t, await startHomeserver());
  await person(home.url, 'alice');
  const speaksAs = (token: string) =>
    createHttpClient({ baseUrl: home.url, tokens: { token } })
      .call(getAccount)
      .then(
        ({ handle }) => handle,
        ({ code }: { code: string }) => code,
      );

  const made = await home.folkmoot(['bot', 'create', '@echo', '--owner', 'alice', '--json']);
  assert.equal(made.code, 0, made.stderr);
  const first = made.json<{ token: string }>().token;
  assert.equal(await speaksAs(first), 'echo');
  const second = (await home.folkmoot(['bot', 'token', 'echo', '--name', 'laptop', '--json'])).json<{
    id: string;
    token: string;
  }>();
  assert.equal(await speaksAs(second.token), 'echo');

  const { bots } = (await home.folkmoot(['bot', 'list', '--owner', 'alice', '--json'])).json<{
    bots: { handle: string; owner: string; tokens: number }[];
  }>();
  assert.deepEqual(
    bots.map(({ handle, owner, tokens }) => [handle, owner, tokens]),
    [['echo', 'alice', 2]],
  );
  const list = await home.folkmoot(['bot', 'list']);
  assert.ok(list.stdout.includes('echo') && !list.stdout.includes(first));

  assert.equal((await home.folkmoot(['bot', 'revoke', 'echo', second.id])).code, 0);
  assert.deepEqual([await speaksAs(second.token), await speaksAs(first)], ['session_ended', 'echo']);
  assert.equal((await home.folkmoot(['bot', 'revoke', 'echo', second.id])).code, 1);
  assert.equal((await home.folkmoot(['bot', 'revoke', 'echo'])).code, 0);
  assert.equal(await speaksAs(first), 'session_ended');

  const wrong = await home.folkmoot(['bot', 'token', 'alice', '--json']);
  assert.deepEqual([wrong.code, JSON.parse(wrong.stderr).code], [1, 'not_a_bot']);
  await home.stop();
  assert.equal((await home.folkmoot(['bot', 'delete', 'echo'])).code, 0);
  assert.equal((await home.folkmoot(['bot', 'list', '--json'])).json<{ bots: unknown[] }>().bots.length, 0);
});
