import assert from 'node:assert/strict';
import { deleteAccount, getUser, updateProfile } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import {
  listRelationships,
  removeRelationship,
  requestFriend,
} from '@folkmoot/protocol-spec/schemas/client/relationships.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { federated } from '../../federated-case.ts';
import type { Person } from '../../person.ts';
import { randomId } from '../../puppet/keys.ts';
import type { Asked, Puppet } from '../../puppet/puppet.ts';
import { PuppetUser } from '../../puppet/puppet-user.ts';
import { eventually } from '../../waiting.ts';

const profileOf = (user: PuppetUser, more: object = {}) => ({
  ...user.profile,
  bio: '',
  pronouns: '',
  created: 1_700_000_000_000,
  ...more,
});
const profiles = (told: object[], deleted: string[] = []) => ({ v: 1, id: randomId('i_'), profiles: told, deleted });
const request = (from: PuppetUser, to: string, message = 'request') => ({
  v: 1,
  id: randomId('i_'),
  from: from.profile,
  to,
  message,
});
const lettersTo = (puppet: Puppet, path: string) =>
  puppet.asked.filter((asked) => asked.method === 'POST' && asked.path === path).map(({ body }) => JSON.parse(body));
const told = (signal: AbortSignal, what: string, isTold: () => boolean) =>
  eventually(signal, async () => isTold(), what);
const nameOf = async (who: Person, user: string) => (await who.asks(getUser, { params: { user } })).display_name;

export const letterCases = [
  federated(
    'PPL-7',
    'a changed profile is told to those who know the user, and believed of nobody else',
    async (scene) => {
      const [owner] = await scene.people('owner');
      const club = await owner.founds('Known');
      const bob = await scene.member(owner, club);
      const { puppet } = bob;
      const stranger = new PuppetUser(puppet, 'stranger');
      const other = new PuppetUser(await scene.puppet(), 'other');
      const taken = await puppet.posts('/profiles', profiles([profileOf(bob, { display_name: 'Bob the second' })]));
      assert.equal(taken.status, 202);
      await owner.sees('user.updated', (d) => d.user.id === bob.id && d.user.display_name === 'Bob the second');
      const unknown = await puppet.posts('/profiles', profiles([profileOf(stranger)]));
      assert.deepEqual([unknown.status, unknown.text], [202, taken.text]);
      await owner.isRefused('not_found', getUser, { params: { user: stranger.id } });
      const foreign = await puppet.posts('/profiles', profiles([profileOf(other)]));
      assert.deepEqual([foreign.status, foreign.code], [403, 'wrong_origin']);

      await owner.asks(updateProfile, { body: { display_name: 'The owner' } });
      await told(scene.signal, 'the profile is told', () =>
        lettersTo(puppet, '/profiles').some((said) => said.profiles[0]?.display_name === 'The owner'),
      );
      assert.deepEqual(lettersTo(other.puppet, '/profiles'), []);
    },
  ),

  federated('PPL-7', 'of several changes that could not be told the last one is', async (scene) => {
    const [owner] = await scene.people('owner');
    const { puppet } = await scene.member(owner, await owner.founds('Known'));
    const refused: string[] = [];
    const taken: string[] = [];
    let isAway = true;
    puppet.instead = ({ path, body }) => {
      if (path !== '/profiles') return undefined;
      (isAway ? refused : taken).push(
        (JSON.parse(body) as { profiles: { display_name: string }[] }).profiles[0]!.display_name,
      );
      return isAway ? { status: 503, body: '{}' } : undefined;
    };
    for (const display_name of ['One', 'Two', 'Three']) await owner.asks(updateProfile, { body: { display_name } });
    // One is on its way at a time, so none of those before comes after the last one.
    await told(scene.signal, 'the last letter came', () => refused.includes('Three'));
    isAway = false;
    // It is there again: whoever hears of it need not wait for the next try.
    await puppet.says();
    await told(scene.signal, 'it came again', () => taken.length > 0);
    assert.deepEqual(taken, ['Three']);
  }),

  federated('PPL-8', 'a deleted account is told, and forgotten where its own homeserver says so', async (scene) => {
    const [owner, ada] = await scene.people('owner', 'Ada');
    const club = await owner.founds('Known');
    await owner.invites(ada);
    const bob = await scene.member(owner, club);
    const other = await scene.puppet();
    assert.equal((await other.posts('/profiles', profiles([], [bob.id]))).status, 202);
    assert.equal(await nameOf(owner, bob.id), 'bob');
    await ada.asks(deleteAccount, { body: { password: ada.password } });
    await told(scene.signal, 'the letter came', () =>
      lettersTo(bob.puppet, '/profiles').some((said) => said.deleted.includes(ada.id)),
    );
    assert.equal((await bob.puppet.posts('/profiles', profiles([], [bob.id]))).status, 202);
    await owner.sees('user.updated', (d) => d.user.id === bob.id && d.user.handle === null);
    assert.notEqual(await nameOf(owner, bob.id), 'bob');
  }),

  federated(
    'PPL-4',
    'a letter is sent again until it is taken, in order, and none waits for another homeserver',
    async (scene) => {
      const [ada] = await scene.people('Ada');
      const [bob, carol] = [new PuppetUser(await scene.puppet(), 'bob'), new PuppetUser(await scene.puppet(), 'carol')];
      for (const { puppet, id, ...user } of [bob, carol]) {
        const found = { body: JSON.stringify({ v: 1, user: profileOf(id === bob.id ? bob : carol) }) };
        let refusals = id === bob.id ? 2 : 0;
        puppet.instead = ({ path }: Asked) => {
          if (path === '/users/query') return found;
          if (path === '/relationships' && refusals-- > 0) return { status: 500, body: '{}' };
          return undefined;
        };
        await ada.asks(requestFriend, { body: { user: `${user.handle}@${puppet.name}` } });
      }
      await ada.asks(removeRelationship, { params: { user: bob.id } });
      await told(scene.signal, 'the letter came', () => lettersTo(carol.puppet, '/relationships').length === 1);
      await told(scene.signal, 'the letter came', () => lettersTo(bob.puppet, '/relationships').length === 4);
      const said = lettersTo(bob.puppet, '/relationships');
      assert.deepEqual(
        said.map(({ message }) => message),
        ['request', 'request', 'request', 'cancel'],
      );
      assert.equal(new Set(said.map(({ id }) => id)).size, 2);
    },
  ),

  federated('PPL-4', 'a letter that came before changes nothing', async (scene) => {
    const [owner] = await scene.people('owner');
    const bob = await scene.member(owner, await owner.founds('Known'));
    const named = (display_name: string) => profiles([profileOf(bob, { display_name })]);
    const [first, second] = [named('First'), named('Second')];
    for (const letter of [first, second, first])
      assert.equal((await bob.puppet.posts('/profiles', letter)).status, 202);
    assert.equal(await nameOf(owner, bob.id), 'Second');
  }),

  federated(['REL-10', 'PPL-5'], 'one homeserver does not use up the room of a user', async (scene) => {
    const [ada] = await scene.people('Ada');
    const [crowd, bob] = [await scene.puppet(), new PuppetUser(await scene.puppet(), 'bob')];
    const answers = new Set<string>();
    for (let at = 0; at < limits.incomingFromOneHome + 5; at++) {
      const { status, text } = await crowd.posts('/relationships', request(new PuppetUser(crowd, `user${at}`), ada.id));
      answers.add(`${status} ${text}`);
    }
    assert.equal(answers.size, 1);
    assert.equal((await bob.puppet.posts('/relationships', request(bob, ada.id))).status, 202);
    const { relationships } = await ada.asks(listRelationships);
    const from = (puppet: Puppet) => relationships.filter(({ user }) => user.home === puppet.name).length;
    assert.deepEqual([from(crowd), from(bob.puppet)], [limits.incomingFromOneHome, 1]);
  }),
];
