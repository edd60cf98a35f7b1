import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { randomId } from '@folkmoot/federation/ids.ts';
import { buildIntent, signIntent } from '@folkmoot/federation/intent.ts';
import { lineText } from '@folkmoot/federation/envelope.ts';
import { createInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { listMembers } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import type { RefusalCode } from '@folkmoot/protocol-spec/schemas/errors.ts';
import { Refusal } from '../base/errors.ts';
import { query, sql } from '../storage/query.ts';
import { MadeUpHub, type MadeUpUser } from '../testing/made-up-hub.ts';
import { person, talkOf } from '../testing/people.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';
import { shownInvite } from '@folkmoot/conformance-tests/puppet/invites.ts';

const lastPayload = query<object>()(() =>
  sql.selectFrom('lines').select(['envelope', 'payload', 'author']).orderBy('pos', 'desc').limit(1),
);

async function hubWithOwner(t: TestContext) {
  const server = await startHomeserver();
  t.after(() => server.close());
  const { homeserver } = server;
  const owner = await person(server.url, 'olivia');
  const space = await owner.founds('Open to others');
  const { code } = await owner.client.call(createInvite, { params: { space: space.id }, body: {} });
  const others = new MadeUpHub();
  /** What the home of a user asks for, as the hub takes it. */
  const asks = (
    actor: MadeUpUser,
    n: number,
    type: string,
    body: object,
    more: { stream?: string; home?: string } = {},
  ) => {
    const { stream = '_', home = actor.home } = more;
    const intent = signIntent(
      buildIntent({
        id: randomId('i_'),
        aud: homeserver.config.server_name,
        space: space.id,
        stream,
        type,
        actor: actor.id,
        home,
        n,
        ts: 1,
        body: body as Record<string, unknown>,
      }),
      others.keyFor(home),
    );
    const deed = { actor: actor.id, space: space.id, stream, type, ref: [], body, id: intent.id, home, intent };
    return homeserver.committer.commit((tx) => homeserver.spaceLog.submit(tx, deed)).then(() => intent);
  };
  const profileOf = (user: MadeUpUser) => ({ identity: user.identity, display_name: 'Alice' });
  const joins = (user: MadeUpUser, n = 1, profile: object | undefined = profileOf(user)) =>
    asks(user, n, 'member.join', { ...shownInvite(code, space.id, user.id), ...(profile ? { profile } : {}) });
  return { homeserver, owner, space, others, asks, joins, profileOf, talk: talkOf(space) };
}

const refusedAs = (code: RefusalCode) => (error: unknown) => error instanceof Refusal && error.code === code;

test('[EVT-7] [STR-9] whoever has another home joins, and what they signed stands in the log as it was', async (t) => {
  const { homeserver, owner, space, others, asks, joins, talk } = await hubWithOwner(t);
  const alice = others.user('alice', 'alices.example');
  await joins(alice);
  const intent = await asks(alice, 7, 'message.create', { content: 'from afar' }, { stream: talk.channel });
  const line = await homeserver.database.read((reader) => reader.get(lastPayload, {}));
  assert.equal(line?.author, 'home');
  assert.deepEqual(JSON.parse(lineText(line.envelope, line.payload)).p.intent, intent);
  const { members } = await owner.client.call(listMembers, { params: { space: space.id }, query: {} });
  assert.deepEqual(
    members.map(({ user }) => [user.handle, user.home]),
    [
      ['alice', 'alices.example'],
      ['olivia', undefined],
    ],
  );
});

test('[EVT-7] a number that is behind, another home and a profile of somebody else are refused', async (t) => {
  const { owner, others, asks, joins, profileOf, talk } = await hubWithOwner(t);
  const alice = others.user('alice', 'alices.example');
  const bob = others.user('bob', 'bobs.example');
  await assert.rejects(joins(bob, 1, profileOf(alice)), refusedAs('wrong_origin'));
  await assert.rejects(joins(bob, 1, { display_name: 'Bob', identity: {} }), refusedAs('wrong_origin'));
  await joins(alice, 3);
  const says = (n: number, home?: string) =>
    asks(alice, n, 'message.create', { content: 'hello' }, { stream: talk.channel, ...(home ? { home } : {}) });
  await assert.rejects(says(3), refusedAs('out_of_order'));
  await says(4);
  await assert.rejects(says(5, 'evil.example'), refusedAs('wrong_origin'));
  const local = { ...alice, id: owner.account.id };
  await assert.rejects(
    asks(local, 9, 'message.create', { content: 'as the owner' }, { stream: talk.channel, home: 'evil.example' }),
    refusedAs('wrong_origin'),
  );
});
