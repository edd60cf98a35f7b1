import assert from 'node:assert/strict';
import { joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import type { ErrorAnswer, RefusalCode } from '@folkmoot/protocol-spec/schemas/errors.ts';
import { jsonOf } from './check-answer.ts';
import { type Case, type CaseOptions, conformance, type Scene } from './case.ts';
import type { People } from './people.ts';
import type { Community, Person } from './person.ts';
import { Puppet } from './puppet/puppet.ts';
import { PuppetHub } from './puppet/puppet-hub.ts';
import { PuppetNetwork } from './puppet/puppet-network.ts';
import { PuppetUser } from './puppet/puppet-user.ts';
import type { Ability, FederatedTarget } from './target.ts';
import { eventually } from './waiting.ts';

type Needed = 'withFederation';

/** Of a hub that was not heard in time. */
const lateCodes: ReadonlySet<string> = new Set<RefusalCode>(['hub_away', 'discovery_failed', 'unavailable']);

/** What a case between homeservers is given: people of the one under test, and puppets that play all others. */
export interface FederatedScene<A extends Ability = never> extends Pick<Scene, 'rules' | 'signal'> {
  /** The homeserver under test. */
  home: FederatedTarget & Required<Pick<FederatedTarget, A>>;
  people: People;
  visitors: People;
  /** People of one that connects to public addresses only, as homeservers do. */
  inTheWild: People;
  network: PuppetNetwork;
  /** A homeserver that is played. */
  puppet(): Promise<Puppet>;
  /** A hub that is played; `prepare` may write a history before anybody comes. */
  hub(prepare?: (hub: PuppetHub) => void): Promise<PuppetHub>;
  /** A user of a new puppet, who has joined a community of the homeserver under test. */
  member(owner: Person, club: Community, handle?: string): Promise<PuppetUser>;
  /** Somebody of the homeserver under test who has joined the community of a puppet, over the live connection too. */
  follower(hub: PuppetHub, name?: string): Promise<Person>;
}

/** One behaviour between homeservers. */
export function federated<A extends Exclude<Ability, Needed> = never>(
  clauses: string | readonly string[],
  title: string,
  body: (scene: FederatedScene<A>) => Promise<void>,
  { needs = [], ...options }: CaseOptions<A> = {},
): Case {
  const play = async (scene: Scene<Needed>) => {
    await using network = new PuppetNetwork();
    const home = await scene.target.withFederation(network.authority);
    await body(sceneAt(scene, network, home as FederatedScene<A>['home']));
    assert.deepEqual(network.unexpected, [], 'what the homeserver asked of a puppet');
  };
  return conformance<Needed | A>(clauses, title, play, {
    ...options,
    needs: ['withFederation', ...needs],
  });
}

function sceneAt<A extends Ability>(
  { peopleAt, visitorsAt, target, rules, signal }: Scene<Needed>,
  network: PuppetNetwork,
  home: FederatedScene<A>['home'],
): FederatedScene<A> {
  const [people, visitors] = [peopleAt(home), visitorsAt(home)];
  const inTheWild = (async (...names: string[]) =>
    visitorsAt(await target.withFederation(network.authority, 'refuse'))(...names)) as unknown as People;
  const puppet = () => Puppet.open(network, home, signal);
  return {
    home,
    people,
    visitors,
    inTheWild,
    network,
    rules,
    signal,
    puppet,
    async hub(prepare = () => undefined) {
      const hub = await PuppetHub.open(network, home, signal);
      prepare(hub);
      return hub;
    },
    async member(owner, club, handle = 'bob') {
      const user = new PuppetUser(await puppet(), handle);
      const code = await owner.makesInvite(club);
      const joins = async () => {
        const { ok, code: refusal } = await user.puppet.intends(user.joining(club.space, code));
        // On a machine with too much to do a puppet may be too late to say who it is.
        if (refusal === 'discovery_failed') return false;
        assert.equal(ok, true, String(refusal));
        return true;
      };
      await eventually(signal, joins, `${handle} has joined`);
      return user;
    },
    async follower(hub, name = 'bob') {
      const [person] = await people(name);
      const joins = async () => {
        const options = { params: { code: hub.code }, body: { via: hub.name } };
        const answer = await person.tries(joinByInvite, options);
        const { status, text } = answer;
        // On a machine with too much to do a hub may be too late to be heard.
        if (status >= 500 && lateCodes.has((jsonOf(answer) as ErrorAnswer).code)) return false;
        // A busy homeserver says that it waits, and it goes on.
        assert.ok(status === joinByInvite.status || status === 202, `${status} ${text.slice(0, 500)}`);
        return true;
      };
      await eventually(signal, joins, `${hub.name} lets ${name} in`);
      await person.sees('space.joined', (d) => d.space.id === hub.space);
      await eventually(signal, async () => hub.puppet.followers.size > 0, 'the hub has a live connection');
      return person;
    },
  };
}
