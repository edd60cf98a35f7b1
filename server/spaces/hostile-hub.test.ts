import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { randomId } from '@folkmoot/federation/ids.ts';
import { generateKeyPair } from '@folkmoot/federation/keys.ts';
import { nobody } from '@folkmoot/protocol-spec/schemas/ids.ts';
import { sql } from '../storage/query.ts';
import type { Engine } from '../storage/storage-contract.ts';
import { OutOfPlace } from '../streams/followed-log.ts';
import { engines } from '../testing/engines.ts';
import { Follower } from '../testing/following.ts';
import { MadeUpHub } from '../testing/made-up-hub.ts';

const mentions = { users: [], roles: [], everyone: false };

async function followed(t: TestContext, engine: Engine) {
  const hub = new MadeUpHub();
  const owner = hub.user('owner');
  const space = hub.founds(owner);
  const stream = hub.createsChannel(owner);
  const follower = await Follower.open(t, engine, { space, hub: hub.server, keyOf: hub.keyOf });
  const says = (content: string, more: Partial<Parameters<MadeUpHub['says']>[0]> = {}) =>
    hub.says({ type: 'message.create', stream, actor: owner, body: { content }, hub: { mentions }, ...more });
  const receive = () => follower.receive(hub.lines);
  const rows = async <T>(read: Parameters<typeof follower.database.read<T>>[0]) => follower.database.read(read);
  const messages = async () => {
    await receive();
    return rows((reader) => reader.select(sql.selectFrom('messages').select(['author', 'content']).orderBy('seq')));
  };
  const members = async () => {
    await receive();
    const found = await rows((reader) => reader.select(sql.selectFrom('members').select('user').orderBy('joined')));
    return found.map(({ user }) => user);
  };
  return { hub, owner, space, stream, follower, says, receive, rows, messages, members };
}

for (const engine of engines.filter(({ name }) => name === 'SQLite')) {
  test('[STR-16] [STR-25] what makes no sense is kept and stops nothing', async (t) => {
    const { hub, owner, stream, says, messages, rows } = await followed(t, engine);
    says('before');
    says('no mentions', { hub: {} });
    says('', { body: { text: 'of another form' } });
    hub.says({ type: 'com.example.poll', stream, actor: owner, body: { question: 'why?' } });
    hub.says({ type: 'role.delete', actor: owner, body: { role: 'r_none' } });
    hub.says({ type: 'message.delete', stream, actor: owner, body: {} });
    says('after');
    assert.deepEqual(await messages(), [
      { author: owner.id, content: 'before' },
      { author: owner.id, content: 'after' },
    ]);
    const opaque = await rows((reader) =>
      reader.select(sql.selectFrom('lines').select('type').where('opaque', '=', 1).orderBy('pos')),
    );
    assert.deepEqual(
      opaque.map(({ type }) => type),
      ['message.create', 'message.create', 'com.example.poll', 'role.delete', 'message.delete'],
    );
  });

  test('[STR-18] [STR-19] nobody is made to say or do what they did not ask for', async (t) => {
    const { hub, says, messages, members, owner } = await followed(t, engine);
    const alice = hub.user('alice', 'alices.example');
    const bob = hub.user('bob', 'bobs.example');
    hub.joins(alice);
    says('mine', { actor: alice });
    says('not signed', { actor: alice, signedBy: null });
    says('of another key', { actor: alice, signedBy: generateKeyPair() });
    says('the hub says so', { actor: alice, home: hub.server });
    says('another home says so', { actor: alice, home: bob.home });
    hub.joins(bob, { signedBy: hub.keyFor('evil.example') });
    hub.joins(bob, { home: 'evil.example' });
    hub.joins(bob, { body: { profile: { identity: alice.identity, display_name: 'bob' } } });
    hub.joins(bob, { body: {} });
    assert.deepEqual(await messages(), [
      { author: alice.id, content: 'mine' },
      ...['not signed', 'of another key', 'the hub says so', 'another home says so'].map((content) => ({
        author: nobody,
        content,
      })),
    ]);
    assert.deepEqual(await members(), [owner.id, alice.id]);
    hub.says({ type: 'member.leave', actor: alice, signedBy: null });
    assert.deepEqual(await members(), [owner.id, alice.id]);
    hub.says({ type: 'member.leave', actor: alice });
    assert.deepEqual(await members(), [owner.id]);
  });

  test('[STR-19] what came before it was known where its author lives is judged when it is', async (t) => {
    const { hub, says, messages } = await followed(t, engine);
    const bob = hub.user('bob', 'bobs.example');
    says('true', { actor: bob });
    says('false', { actor: bob, home: 'evil.example' });
    assert.equal((await messages()).length, 2);
    hub.joins(bob);
    assert.deepEqual(await messages(), [
      { author: bob.id, content: 'true' },
      { author: nobody, content: 'false' },
    ]);
  });

  test('[STR-18] what somebody asked for once does not happen twice in their name', async (t) => {
    const { hub, says, messages } = await followed(t, engine);
    const alice = hub.user('alice', 'alices.example');
    hub.joins(alice);
    const id = randomId('i_');
    says('yes', { actor: alice, id });
    says('yes', { actor: alice, id });
    assert.deepEqual(
      (await messages()).map(({ author }) => author),
      [alice.id, nobody],
    );
  });

  test('[STR-18] the hub adds nothing to what somebody refers to, but edits to what they delete', async (t) => {
    const { hub, says, messages, stream, rows } = await followed(t, engine);
    const alice = hub.user('alice', 'alices.example');
    hub.joins(alice);
    const message = says('first', { actor: alice });
    const edit = hub.says({
      type: 'message.update',
      stream,
      actor: alice,
      ref: [message],
      body: { content: 'second' },
      hub: { mentions },
    });
    assert.deepEqual(await messages(), [{ author: alice.id, content: 'second' }]);
    says('an answer to nothing', { actor: alice, added: [message] });
    assert.equal((await messages()).at(-1)?.author, nobody);
    hub.says({ type: 'message.delete', stream, actor: alice, ref: [message], added: [edit], body: {} });
    assert.deepEqual((await messages())[0], { author: alice.id, content: '' });
    const deletion = await rows((reader) =>
      reader.select(sql.selectFrom('lines').select('author').where('type', '=', 'message.delete')),
    );
    assert.deepEqual(deletion, [{ author: 'home' }]);
  });

  test('[STR-20] hidden lines move the stream, and a gap is refused', async (t) => {
    const { hub, says, messages, follower, space, stream, owner } = await followed(t, engine);
    says('one');
    says('hidden');
    hub.hideLast();
    says('three');
    assert.deepEqual(await messages(), [
      { author: owner.id, content: 'one' },
      { author: owner.id, content: 'three' },
    ]);
    const cursor = await follower.cursor(stream);
    const ahead = { ok: true, kind: 'hidden', cursor: { ...cursor!, seq: cursor!.seq + 2 } } as const;
    await assert.rejects(
      follower.committer.commit((tx) => follower.log.receive(tx, { space, stream }, [ahead])),
      OutOfPlace,
    );
  });

  test('a channel that nobody may see any more goes, and what was said in it stays', async (t) => {
    const { says, messages, follower, space, stream, rows, receive } = await followed(t, engine);
    says('still here');
    await receive();
    const channels = () => rows((reader) => reader.select(sql.selectFrom('channels').select('id')));
    await follower.committer.commit((tx) => follower.log.dropChannel(tx, space, stream));
    assert.deepEqual(await channels(), []);
    assert.equal((await messages()).length, 1);
  });
}
