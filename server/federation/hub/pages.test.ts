import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { type CheckedLine, type ExpectedStream, verifyLine } from '@folkmoot/federation/chain.ts';
import { formatCursor } from '@folkmoot/federation/cursor.ts';
import type { Cursor } from '@folkmoot/federation/schemas.ts';
import { verifyObject } from '@folkmoot/federation/signing.ts';
import { deleteMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import type { PeerSpace } from '@folkmoot/protocol-spec/schemas/federation/spaces.ts';
import type { StateHeader } from '@folkmoot/protocol-spec/schemas/federation/streams.ts';
import { newRole } from '../../testing/community.ts';
import { TestHub } from '../../testing/hub.ts';
import { PuppetUser } from '../../testing/puppet-user.ts';

let hub: TestHub;
let expected: (stream: string) => ExpectedStream;

before(async () => {
  hub = await TestHub.open();
  const key = hub.a.homeserver.keys.signing.publicKey;
  expected = (stream) => ({
    space: hub.space.id,
    stream,
    hub: hub.a.name,
    keyOf: (server) => (server === hub.a.name ? key : undefined),
  });
});
after(() => hub[Symbol.asyncDispose]());

/** Checks lines as a follower does, from the first one. */
function checked(lines: readonly string[], stream: string): (CheckedLine & { kind: 'event' })[] {
  let cursor: Cursor | null = null;
  return lines.map((line) => {
    const verdict = verifyLine(line, cursor, expected(stream));
    assert.ok(verdict.ok && verdict.kind === 'event', JSON.stringify(verdict));
    cursor = verdict.cursor;
    return verdict;
  });
}

const events = (stream: string, query = '') => hub.gets(`${hub.streamPath(stream)}${query}`);

test('[REP-3] a server in the space gets its genesis and the heads of what it may see', async () => {
  const { body } = await hub.gets(`/spaces/${hub.space.id}`);
  const { profile, member_count, genesis, streams } = body as unknown as PeerSpace;
  assert.deepEqual([profile.name, profile.hub, member_count], ['Hub', hub.a.name, 2]);
  assert.equal(checked([genesis], '_')[0]?.event.envelope.type, 'space.create');
  const found = streams.map(({ stream }) => stream);
  assert.deepEqual(found.sort(), ['_', ...hub.space.channels.map(({ id }) => id)].sort());
  for (const { stream, hash: head } of streams) {
    const { lines } = await events(stream);
    assert.equal(checked(lines, stream).at(-1)?.cursor.hash, head);
  }
});

test('[REP-4] pages go on after a cursor and end before a position, and every chain holds', async () => {
  const { channel } = hub.talk;
  for (let at = 0; at < 12; at++) await hub.alice.says(hub.space, `page ${at}`);
  const { lines } = await events(channel);
  const all = checked(lines, channel);
  const fifth = all[4]!.cursor;
  assert.deepEqual((await events(channel, `?after=${formatCursor(fifth)}&limit=3`)).lines, lines.slice(5, 8));
  assert.deepEqual((await events(channel, `?before=1.5&limit=3`)).lines, lines.slice(2, 5));
  assert.deepEqual((await events(channel, `?before=1.0`)).lines, []);
  assert.deepEqual((await events(channel, `?after=${formatCursor(all.at(-1)!.cursor)}`)).lines, []);
  for (const query of ['?limit=0', '?limit=201', '?after=x', '?before=0.1', '?more=1', '?before=1.5&after=x'])
    assert.deepEqual(
      [(await events(channel, query)).status, (await events(channel, query)).code],
      [400, 'invalid_query'],
    );
  const both = await events(channel, `?before=1.5&after=${formatCursor(fifth)}`);
  assert.deepEqual([both.status, both.code], [400, 'invalid_query']);
});

test('[REP-5] a cursor that is ahead, or of another history, is answered with a signed head (F109, F110)', async () => {
  const { channel } = hub.talk;
  const { body: head } = await hub.gets(hub.streamPath(channel, 'checkpoint'));
  const cursors = {
    cursor_ahead: formatCursor({ epoch: 1, seq: Number(head['seq']) + 1, hash: String(head['hash']) }),
    fork: formatCursor({ epoch: 1, seq: 0, hash: String(head['hash']) }),
  };
  for (const [code, cursor] of Object.entries(cursors)) {
    const { status, code: said, body } = await events(channel, `?after=${cursor}`);
    const { checkpoint } = body['details'] as { checkpoint: { hash: string; kid: string; sig: string } };
    assert.deepEqual([status, said, checkpoint.hash], [409, code, head['hash']]);
    assert.ok(verifyObject('checkpoint', checkpoint, hub.a.homeserver.keys.signing.publicKey));
  }
});

test('[REP-6] [REP-7] the state of the space comes in a page, whatever happened before, and its hash holds', async () => {
  const role = await newRole(hub.alice, hub.space, { name: 'Painter', rank: 5 });
  const { lines } = await hub.gets(hub.streamPath('_', 'state'));
  const { checkpoint, next, members } = JSON.parse(lines[0]!) as StateHeader;
  assert.equal(next, null);
  assert.ok(verifyObject('checkpoint', checkpoint, hub.a.homeserver.keys.signing.publicKey));
  const known = new Map(checked((await events('_')).lines, '_').map((line, at) => [line.event.hash, at]));
  const verdicts = lines.slice(1).map((line) => {
    const { ev } = JSON.parse(line) as { ev: { seq: number; prev?: string } };
    const cursor = ev.prev ? { epoch: 1, seq: ev.seq - 1, hash: ev.prev } : null;
    const verdict = verifyLine(line, cursor, expected('_'));
    assert.ok(verdict.ok && verdict.kind === 'event' && known.has(verdict.event.hash));
    return verdict.event;
  });
  const ofMembers = verdicts.slice(0, members);
  assert.deepEqual(
    ofMembers.map(({ payload }) => payload?.intent.actor),
    [hub.alice.account.id, hub.bob.id],
  );
  const state = verdicts.slice(members);
  assert.ok(state.some(({ payload }) => payload?.intent.body['role'] === role.id));
  assert.equal(hash('sha256', state.map((event) => `${event.hash}\n`).join(''), 'base64url'), checkpoint.state_hash);
});

test('[REP-8] members come in pages in the order of their ids, or by name, also those who left', async () => {
  const [carol, dave] = [new PuppetUser(hub.puppet, 'carol'), new PuppetUser(hub.puppet, 'dave')];
  for (const user of [carol, dave]) await hub.joins(user);
  await hub.puppet.intends(hub.a.name, dave.intent(hub.a.name, hub.space.id, '_', 'member.leave', {}));
  const present = [hub.alice.account.id, hub.bob.id, carol.id].sort();
  const found: string[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const query: string = after === '' ? '?limit=1' : `?limit=1&after=${after}`;
    const { lines } = await hub.gets(`/spaces/${hub.space.id}/members${query}`);
    after = (JSON.parse(lines[0]!) as { next: string | null }).next;
    found.push(...lines.slice(1).map(actorIn));
  }
  assert.deepEqual(found, present);
  const { lines } = await hub.gets(`/spaces/${hub.space.id}/members?users=${dave.id},${carol.id}`);
  assert.deepEqual(new Set(lines.slice(1).map(actorIn)), new Set([carol.id, dave.id]));
});

test('[STR-21] what was erased comes without its payload, and the chain holds (F126)', async () => {
  const { channel } = hub.talk;
  const { id } = await hub.alice.says(hub.space, 'a secret that goes');
  await hub.alice.client.call(deleteMessage, { params: { ...hub.talk, message: id } });
  const { lines } = await events(channel);
  assert.ok(!lines.join().includes('a secret that goes'));
  const all = checked(lines, channel);
  assert.equal(all.find(({ cursor }) => `${cursor.epoch}.${cursor.seq}` === id)?.payload, 'erased');
});

test('[REP-1] [REP-2] an invite is previewed by anybody; what has no form of an id names nothing', async () => {
  const missing = `/invites/${'A'.repeat(22)}`;
  for (const path of [missing, '/invites/x', '/spaces/s_x', '/spaces/%2e%2e/members', '/spaces/%00', '/spaces/'])
    assert.deepEqual([(await hub.gets(path)).status, (await hub.gets(path)).code], [404, 'not_found'], path);
});

const actorIn = (line: string) => (JSON.parse(line) as { p: { intent: { actor: string } } }).p.intent.actor;
