import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { banUser, timeOutMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import nacl from 'tweetnacl';
import { TestHub } from '../../testing/hub.ts';
import { inviteIdOf } from '@folkmoot/conformance-tests/puppet/invites.ts';
import { signed } from '@folkmoot/conformance-tests/puppet/keys.ts';
import { Puppet } from '../../testing/puppet.ts';
import { PuppetUser } from '../../testing/puppet-user.ts';

let hub: TestHub;

before(async () => {
  hub = await TestHub.open();
});
after(() => hub[Symbol.asyncDispose]());

const message = (user: PuppetUser, content: string, more: object = {}) =>
  user.intent(hub.a.name, hub.space.id, hub.talk.channel, 'message.create', { content }, more);
const said = async () => (await hub.alice.reads(hub.space)).map(({ content }) => content);
const codeOf = async (user: PuppetUser, intent: string | object) => {
  const { code, status } = await user.puppet.intends(hub.a.name, intent);
  return [status, code];
};

test('[INT-1] [INT-5] what a user of another homeserver says is decided here and shown as theirs', async () => {
  const result = await hub.bob.says(hub.a.name, hub.talk, 'hello from elsewhere');
  assert.equal(result['ok'], true);
  const newest = (await hub.alice.reads(hub.space)).at(-1);
  assert.deepEqual(
    [newest?.content, newest?.author.handle, newest?.author.home, newest?.id],
    ['hello from elsewhere', 'bob', hub.puppet.name, `${Number(result['epoch'])}.${Number(result['seq'])}`],
  );
});

test('[INT-2] nobody speaks for the users of another server (F15, F73, F137)', async () => {
  const other = await Puppet.open(hub.network);
  const intent = message(hub.bob, 'through somebody else');
  assert.deepEqual((await other.intends(hub.a.name, intent))['code'], 'wrong_origin');
  const claimed = new PuppetUser(other, 'mallory').intent(
    hub.a.name,
    hub.space.id,
    hub.talk.channel,
    'message.create',
    { content: 'as bob' },
    { actor: hub.bob.id },
  );
  assert.equal((await other.intends(hub.a.name, claimed))['code'], 'wrong_origin');
  const nowhere = new PuppetUser(other, 'mallory').intent(
    hub.a.name,
    `s_${'z'.repeat(32)}`,
    hub.talk.channel,
    'message.create',
    { content: 'as bob' },
    { actor: hub.bob.id },
  );
  assert.equal((await other.intends(hub.a.name, nowhere))['code'], 'wrong_origin');
  const asAlice = { content: 'as alice' };
  const local = new PuppetUser(other, 'alice').intent(
    hub.a.name,
    hub.space.id,
    hub.talk.channel,
    'message.create',
    asAlice,
    { actor: hub.alice.account.id, n: 1_000_000 },
  );
  assert.equal((await other.intends(hub.a.name, local))['code'], 'wrong_origin');
  assert.ok(!(await said()).some((content) => /somebody else|as bob|as alice/.test(content)));
});

test('[INT-2] an intent for another hub, one that is over and one that lasts too long are refused (F76)', async () => {
  const now = Date.now();
  const day = 86_400_000;
  assert.deepEqual(await codeOf(hub.bob, message(hub.bob, 'x', { aud: 'other.example' })), [403, 'wrong_audience']);
  assert.deepEqual(await codeOf(hub.bob, message(hub.bob, 'x', { ts: now - day, exp: now - 1 })), [410, 'expired']);
  assert.deepEqual(await codeOf(hub.bob, message(hub.bob, 'x', { exp: now + 2 * day })), [400, 'invalid_body']);
  assert.deepEqual(await codeOf(hub.bob, message(hub.bob, 'x', { ts: now + day, exp: now + 2 * day })), [
    400,
    'invalid_body',
  ]);
});

test('[INT-2] the signature has to be of a key that the home uses now (F33)', async () => {
  const { sig: _, ...unsigned } = message(hub.bob, 'x') as { sig: string };
  assert.deepEqual(await codeOf(hub.bob, unsigned), [401, 'bad_signature']);
  assert.deepEqual(await codeOf(hub.bob, { ...message(hub.bob, 'x'), body: { content: 'changed' } }), [
    401,
    'bad_signature',
  ]);
  assert.deepEqual(await codeOf(hub.bob, signed('event', unsigned, hub.puppet.signing)), [401, 'bad_signature']);
  assert.deepEqual(await codeOf(hub.bob, signed('intent', unsigned, nacl.sign.keyPair())), [401, 'unknown_key']);
  const fresh = await Puppet.open(hub.network);
  const carol = new PuppetUser(fresh, 'carol');
  await hub.joins(carol);
  const old = fresh.signing;
  const kept = carol.intent(hub.a.name, hub.space.id, hub.talk.channel, 'message.create', { content: 'x' });
  fresh.signing = nacl.sign.keyPair();
  fresh.old = [{ key: old, revoked: Date.now() + 60_000 }];
  fresh.serial += 1;
  assert.deepEqual(await codeOf(carol, kept), [401, 'key_revoked']);
});

test('[INT-3] the same intent again gives the first result, and one event (F75)', async () => {
  const intent = message(hub.bob, 'only once');
  const first = await hub.puppet.intends(hub.a.name, intent);
  assert.equal(first['ok'], true);
  const both = await hub.puppet.sends(hub.a.name, [intent, intent]);
  assert.deepEqual(both.body['results'], [first, first]);
  assert.equal((await said()).filter((content) => content === 'only once').length, 1);
});

test('[INT-3] an intent that counts behind a later one is refused', async () => {
  const [early, late] = [message(hub.bob, 'early'), message(hub.bob, 'late')];
  assert.equal((await hub.puppet.intends(hub.a.name, late))['ok'], true);
  assert.deepEqual(await codeOf(hub.bob, early), [409, 'out_of_order']);
});

test('[INT-1] [INT-4] each of a batch stands on its own; a batch has a limit (F80)', async () => {
  const ten = Array.from({ length: 10 }, (_, at) => message(hub.bob, `batch ${at}`));
  const bad = ten.map((intent, at) => (at === 4 ? { ...intent, sig: 'A'.repeat(86) } : intent));
  const { status, body } = await hub.puppet.sends(hub.a.name, bad);
  const results = body['results'] as { ok: boolean; id: string }[];
  assert.equal(status, 200);
  assert.deepEqual(
    results.map(({ ok }) => ok),
    bad.map((_, at) => at !== 4),
  );
  const many = Array.from({ length: 51 }, () => message(hub.bob, 'too many'));
  const refused = await hub.puppet.sends(hub.a.name, many);
  assert.deepEqual([refused.status, refused.code], [413, 'too_large']);
  assert.ok(!(await said()).includes('too many'));
});

test('[INT-4] what is no intent in canonical form is refused by itself (F58, F59, F61, F68)', async () => {
  const good = message(hub.bob, 'still fine');
  const lines = ['{"v": 1}', '{"v":1}', 'nothing', '', '[]', '['.repeat(50), '{"id":"i_x","v":2}'];
  const { status, body } = await hub.puppet.sends(hub.a.name, [...lines, good]);
  const results = body['results'] as { ok: boolean; code?: string }[];
  assert.equal(status, 200);
  assert.deepEqual(
    results.map(({ ok, code }) => (ok ? 'ok' : code)),
    [
      'not_canonical',
      'invalid_body',
      'not_canonical',
      'not_canonical',
      'invalid_body',
      'too_deep',
      'invalid_body',
      'ok',
    ],
  );
  const open = await hub.puppet.says(hub.a.name, {
    target: '/federation/v1/intents',
    body: '{}',
    contentType: 'application/x-ndjson',
  });
  assert.deepEqual([open.status, open.code], [400, 'invalid_body']);
  const json = await hub.puppet.says(hub.a.name, { target: '/federation/v1/intents', body: '{}' });
  assert.deepEqual([json.status, json.code], [415, 'unsupported_media_type']);
});

test('[INT-4] who is no member, is timed out or banned says nothing (F82)', async () => {
  const puppet = await Puppet.open(hub.network);
  const [carol, dave] = [new PuppetUser(puppet, 'carol'), new PuppetUser(puppet, 'dave')];
  assert.deepEqual(await codeOf(dave, message(dave, 'not in')), [404, 'not_found']);
  await hub.joins(carol);
  const params = { space: hub.space.id, user: carol.id };
  await hub.alice.client.call(timeOutMember, { params, body: { until: Date.now() + 60_000 } });
  assert.deepEqual(await codeOf(carol, message(carol, 'timed out')), [403, 'timed_out']);
  await hub.alice.client.call(banUser, { params, body: {} });
  assert.deepEqual(await codeOf(carol, message(carol, 'banned')), [404, 'not_found']);
  const again = carol.joining(hub.a.name, hub.space.id, await hub.invite());
  assert.deepEqual(await codeOf(carol, again), [403, 'banned']);
  assert.ok(!(await said()).some((content) => /not in|timed out|banned/.test(content)));
});

test('[INT-4] joining takes an invite, the own identity and the own home (F83)', async () => {
  const puppet = await Puppet.open(hub.network);
  const [carol, dave] = [new PuppetUser(puppet, 'carol'), new PuppetUser(puppet, 'dave')];
  const code = await hub.invite();
  const invite = inviteIdOf(code);
  const { name } = hub.a;
  const join = (user: PuppetUser, body: object) => user.intent(name, hub.space.id, '_', 'member.join', body);
  const refusedJoins: [object, string[]][] = [
    [join(carol, { invite }), ['wrong_origin']],
    [join(carol, { invite, profile: { identity: dave.identity(), display_name: 'x' } }), ['wrong_origin']],
    [
      join(carol, { invite, profile: { identity: carol.identity({ home: 'other.example' }), display_name: 'x' } }),
      ['wrong_origin'],
    ],
    [
      join(carol, { invite, profile: { identity: { ...carol.identity(), handle: 'admin' }, display_name: 'x' } }),
      ['wrong_origin'],
    ],
    [carol.joining(name, hub.space.id, 'A'.repeat(22)), ['invite_gone']],
    [carol.intent(name, hub.space.id, hub.talk.channel, 'member.join', { invite }), ['invalid_body']],
    [carol.intent(name, hub.space.id, '_', 'space.create', {}), ['invalid_body']],
    [carol.joining(name, `s_${'a'.repeat(32)}`, code), ['not_found']],
  ];
  for (const [intent, codes] of refusedJoins) {
    const { code } = await puppet.intends(name, intent);
    assert.ok(codes.includes(String(code)), `${String(code)} ${JSON.stringify(intent)}`);
  }
  await hub.joins(carol);
});
