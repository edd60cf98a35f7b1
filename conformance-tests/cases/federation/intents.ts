import assert from 'node:assert/strict';
import { federated, type FederatedScene } from '../../federated-case.ts';
import type { Community, Person } from '../../person.ts';
import { newKey, randomId, signed } from '../../puppet/keys.ts';
import { API } from '../../puppet/puppet.ts';
import { type IntentObject, PuppetUser } from '../../puppet/puppet-user.ts';

interface Stage {
  owner: Person;
  club: Community;
  bob: PuppetUser;
  /** Texts of the channel, after a last message that proves that the rest would be there. */
  said(): Promise<string[]>;
}

async function stageOf({ people, member }: FederatedScene, name: string): Promise<Stage> {
  const [owner] = await people('owner');
  const club = await owner.founds(name);
  const bob = await member(owner, club);
  const said = async () => {
    await owner.hears(await owner.says(club.general, 'sentinel'));
    return (await owner.reads(club.general, { limit: 100 })).messages.map(({ content }) => content);
  };
  return { owner, club, bob, said };
}

function unsignedOf(intent: IntentObject): Omit<IntentObject, 'sig'> {
  const { sig: _, ...unsigned } = intent;
  return unsigned;
}

export const intentCases = [
  federated(['INT-1', 'EVT-3', 'EVT-7'], 'what a user of another homeserver says is shown as theirs', async (scene) => {
    const { owner, club, bob } = await stageOf(scene, 'Guests');
    const { epoch, seq } = await bob.says(club.general, 'hello from elsewhere');
    const { message } = await owner.sees('message.created', (d) => d.message.content === 'hello from elsewhere');
    const { author, id } = message;
    assert.deepEqual(
      [author.id, author.handle, author.home, id],
      [bob.id, 'bob', bob.puppet.name, `${String(epoch)}.${String(seq)}`],
    );
  }),

  federated('INT-2', 'nobody speaks for the users of another server (F73)', async (scene) => {
    const { owner, club, bob, said } = await stageOf(scene, 'Origins of intents');
    const other = await scene.puppet();
    const mallory = new PuppetUser(other, 'mallory');
    await mallory.joins(club.space, await owner.makesInvite(club));
    assert.deepEqual(await bob.refused(bob.message(club.general, 'carried by another'), other), [403, 'wrong_origin']);
    for (const actor of [bob.id, owner.id]) {
      const claimed = mallory.message(club.general, 'as somebody else', { actor, n: 1_000_000 });
      assert.deepEqual(await mallory.refused(claimed), [403, 'wrong_origin']);
    }
    const elsewhere = mallory.message(club.general, 'of another home', { home: bob.puppet.name });
    assert.deepEqual(await mallory.refused(elsewhere), [403, 'wrong_origin']);
    assert.deepEqual(await said(), ['sentinel']);
  }),

  federated(['INT-3', 'STR-10'], 'the same intent again has the first result, and one event (F75)', async (scene) => {
    const { club, bob, said } = await stageOf(scene, 'Once');
    const intent = bob.message(club.general, 'only once');
    const first = await bob.puppet.intends(intent);
    assert.equal(first['ok'], true);
    const later = bob.message(club.general, 'later');
    const both = await bob.puppet.sends([intent, later, intent]);
    const [again, , third] = both.body['results'] as unknown[];
    assert.deepEqual([again, third], [first, first]);
    const ten = await Promise.all(Array.from({ length: 10 }, () => bob.puppet.intends(intent)));
    for (const result of ten) assert.deepEqual(result, first);
    // The same id with another text is the same intent.
    const { id, n } = intent as IntentObject & { n: number };
    const forged = await bob.puppet.intends(bob.message(club.general, 'another text', { id, n }));
    if (forged['ok'] === true) assert.deepEqual(forged, first);
    assert.deepEqual(await said(), ['only once', 'later', 'sentinel']);
  }),

  federated(
    ['INT-2', 'STR-10'],
    'an intent for another hub, one that is over or lasts too long is refused (F76)',
    async (scene) => {
      const { club, bob, said } = await stageOf(scene, 'Audience');
      const now = Date.now();
      const day = 86_400_000;
      const other = await scene.puppet();
      const wrong: [object, [number, string]][] = [
        [{ aud: other.name }, [403, 'wrong_audience']],
        [{ ts: now - day, exp: now - 1_000 }, [410, 'expired']],
        [{ exp: now + 2 * day }, [400, 'invalid_body']],
        [{ exp: now - 2_000, ts: now }, [410, 'expired']],
      ];
      for (const [more, refusal] of wrong) {
        const [status, code] = await bob.refused(bob.message(club.general, 'wrong', more));
        if (refusal[1] !== 'expired') assert.deepEqual([status, code], refusal, JSON.stringify(more));
        else assert.match(String(code), /^(expired|invalid_body)$/);
      }
      assert.deepEqual(await said(), ['sentinel']);
    },
  ),

  federated('INT-2', 'an intent needs a signature of a key that its home uses, in its own context', async (scene) => {
    const { club, bob, said } = await stageOf(scene, 'Signed intents');
    const message = () => bob.message(club.general, 'unsigned');
    assert.deepEqual(await bob.refused(unsignedOf(message())), [401, 'bad_signature']);
    assert.deepEqual(await bob.refused({ ...message(), body: { content: 'changed' } }), [401, 'bad_signature']);
    const { kid: _, ...bare } = unsignedOf(message()) as Record<string, unknown>;
    for (const context of ['event', 'checkpoint', 'identity', 'keys'])
      assert.deepEqual(await bob.refused(signed(context, bare, bob.puppet.signing)), [401, 'bad_signature'], context);
    assert.deepEqual(await bob.refused(signed('intent', bare, newKey())), [401, 'unknown_key']);
    assert.deepEqual(await bob.refused(signed('intent', bare, bob.key)), [401, 'unknown_key']);
    assert.deepEqual(await said(), ['sentinel']);
  }),

  federated(['INT-3', 'EVT-7'], 'an intent that counts behind a later one is refused', async (scene) => {
    const { club, bob, said } = await stageOf(scene, 'Order');
    const [early, late] = [bob.message(club.general, 'early'), bob.message(club.general, 'late')];
    assert.equal((await bob.puppet.intends(late))['ok'], true);
    assert.deepEqual(await bob.refused(early), [409, 'out_of_order']);
    assert.deepEqual(await said(), ['late', 'sentinel']);
  }),

  federated(['INT-1', 'INT-4'], 'each of a batch stands on its own, and a batch has a limit (F80)', async (scene) => {
    const { club, bob, said } = await stageOf(scene, 'Batches');
    const ten = Array.from({ length: 10 }, (_, at) => bob.message(club.general, `batch ${at}`));
    const bad = ten.map((intent, at) => (at === 4 ? { ...intent, sig: `${'A'.repeat(85)}A` } : intent));
    const { status, body } = await bob.puppet.sends(bad);
    assert.equal(status, 200);
    const results = body['results'] as { ok: boolean; id: string }[];
    assert.deepEqual(
      results.map(({ ok }) => ok),
      bad.map((_, at) => at !== 4),
    );
    assert.deepEqual(
      results.map(({ id }) => id),
      ten.map(({ id }) => id),
    );
    const many = await bob.puppet.sends(Array.from({ length: 51 }, () => bob.message(club.general, 'too many')));
    assert.deepEqual([many.status, many.code], [413, 'too_large']);
    const open = await bob.puppet.posts('/intents', '{}', { contentType: 'application/x-ndjson' });
    assert.equal(open.status, 400);
    const json = await bob.puppet.posts('/intents', '{}');
    assert.deepEqual([json.status, json.code], [415, 'unsupported_media_type']);
    assert.deepEqual(await said(), [...[0, 1, 2, 3, 5, 6, 7, 8, 9].map((at) => `batch ${at}`), 'sentinel']);
  }),

  federated(
    ['INT-4', 'EVT-4', 'PERM-2'],
    'who is no member, timed out, banned or lacks the right says nothing, and nobody hears of it (F82)',
    async (scene) => {
      const { owner, club, bob, said } = await stageOf(scene, 'Rights');
      const watching = await scene.member(owner, club, 'carol');
      const live = await watching.puppet.follows();
      await live.heads(club.space);
      const stranger = new PuppetUser(bob.puppet, 'stranger');
      const silent = await owner.makesChannel(club, 'silent');
      await owner.overrides(silent, 'everyone', { deny: ['message.send'] });
      const secret = await owner.makesChannel(club, 'secret', { private: true });
      assert.deepEqual(await stranger.refused(stranger.message(club.general, 'refused')), [404, 'not_found']);
      assert.deepEqual(await bob.refused(bob.message(secret, 'refused')), [404, 'not_found']);
      assert.deepEqual(await bob.refused(bob.message(silent, 'refused')), [403, 'missing_permission']);
      for (const [stream, type, body] of [
        [
          '_',
          'role.create',
          { role: randomId('r_'), name: 'x', color: null, rank: 1, permissions: [], hoist: false, mentionable: false },
        ],
        ['_', 'member.ban', { user: watching.id }],
        ['_', 'space.update', { name: 'refused' }],
        ['_', 'space.delete', {}],
        [club.general.channel, 'channel.update', { name: 'refused' }],
        [club.general.channel, 'channel.delete', {}],
      ] as const) {
        const [status] = await bob.refused(bob.deed(club.space, stream, type, body));
        assert.ok([400, 403].includes(Number(status)), `${type}: ${String(status)}`);
      }
      await owner.timesOut(club, bob as unknown as Person, Date.now() + 60_000);
      assert.deepEqual(await bob.refused(bob.message(club.general, 'refused')), [403, 'timed_out']);
      await owner.bans(club, bob as unknown as Person);
      assert.deepEqual(await bob.refused(bob.message(club.general, 'refused')), [404, 'not_found']);
      assert.deepEqual(await bob.refused(bob.joining(club.space, await owner.makesInvite(club))), [403, 'banned']);
      assert.deepEqual(await said(), ['sentinel']);
      await live.hears('sentinel');
      assert.ok(!JSON.stringify(live.frames).includes('refused'));
    },
  ),

  federated(
    ['INT-2', 'INT-4', 'EVT-7'],
    'joining takes an invite, the own identity and the own home (F83)',
    async (scene) => {
      const { owner, club, bob } = await stageOf(scene, 'Joins');
      const other = await scene.puppet();
      const [carol, dave] = [new PuppetUser(other, 'carol'), new PuppetUser(other, 'dave')];
      const code = await owner.makesInvite(club);
      const invite = (carol.joining(club.space, code)['body'] as { invite: string }).invite;
      const join = (body: object, more: object = {}) => carol.deed(club.space, '_', 'member.join', body, more);
      const withProfile = (identity: object) => join({ invite, profile: { identity, display_name: 'x' } });
      const wrong: [IntentObject, string][] = [
        [join({ invite }), 'wrong_origin'],
        [withProfile(dave.identity()), 'wrong_origin'],
        [withProfile(carol.identity({ home: bob.puppet.name })), 'wrong_origin'],
        [withProfile({ ...carol.identity(), handle: 'admin' }), 'wrong_origin'],
        [carol.joining(club.space, 'A'.repeat(22)), 'invite_gone'],
        [carol.deed(club.space, club.general.channel, 'member.join', { invite }), 'invalid_body'],
        [carol.joining(`s_${'a'.repeat(32)}`, code), 'not_found'],
        [carol.message(club.general, 'not in yet'), 'not_found'],
        [carol.deed(club.space, '_', 'member.leave', {}), 'not_found'],
        [carol.deed(club.space, '_', 'member.ban', { user: owner.id }), 'not_found'],
      ];
      for (const [intent, code] of wrong) assert.equal((await carol.refused(intent))[1], code, JSON.stringify(intent));
      await dave.joins(club.space, code);
      await owner.sees('member.joined', (d) => d.member.user.id === dave.id);
      await owner.bans(club, dave as unknown as Person);
      assert.equal((await dave.refused(dave.joining(club.space, code)))[1], 'banned');
      await carol.joins(club.space, code);
      await owner.sees('member.joined', (d) => d.member.user.id === carol.id);
      const seen = owner
        .gateway!.events()
        .flatMap((event) => (event.t === 'member.joined' ? [event.d.member.user.id] : []));
      assert.deepEqual(seen, [bob.id, dave.id, carol.id]);
    },
  ),

  federated(
    ['INT-2', 'EVT-1', 'EVT-4'],
    'space, stream and type of an intent have to fit each other (F84)',
    async (scene) => {
      const { owner, club, bob, said } = await stageOf(scene, 'First');
      const second = await owner.founds('Second');
      const { space, general } = club;
      const body = { content: 'misplaced' };
      const wrong: [IntentObject, number][] = [
        [bob.deed(space, '_', 'message.create', body), 400],
        [bob.deed(space, second.general.channel, 'message.create', body), 404],
        [bob.deed(second.space, general.channel, 'message.create', body), 404],
        [bob.deed(space, randomId('c_'), 'message.create', body), 404],
        [bob.deed(space, general.channel, 'space.update', { name: 'misplaced' }), 400],
        [bob.deed(space, general.channel, 'message.explode', body), 400],
        [bob.deed(space, general.channel, 'message.create', { content: 7 }), 400],
        [bob.deed(space, general.channel, 'message.create', { ...body, space: second.space }), 400],
      ];
      for (const [intent, status] of wrong)
        assert.equal((await bob.refused(intent))[0], status, JSON.stringify(intent));
      const other = `${API}/spaces/${second.space}/streams/_/events`;
      assert.equal((await bob.puppet.says({ method: 'GET', target: other, body: '' })).status, 404);
      assert.deepEqual(await said(), ['sentinel']);
      assert.equal((await owner.reads(second.general)).messages.length, 0);
    },
  ),
];
