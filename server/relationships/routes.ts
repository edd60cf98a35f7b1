import * as people from '@folkmoot/protocol-spec/schemas/client/relationships.ts';
import { Refusal } from '../base/errors.ts';
import { bind, type Binding } from '../http/bind.ts';
import { acceptRequest, ignoreRequest } from './answer-request.ts';
import { blockUser, unblockUser } from './block-user.ts';
import { requireRelationship, takeStep } from './change-relationship.ts';
import { lookUp, requireWhom } from './find-whom.ts';
import { addToGroup, openDirect } from './open-direct.ts';
import type { PeopleParts } from './parts.ts';
import { privacyOf, setPrivacyOf } from './privacy.ts';
import { findRelationship, relationshipsOf } from './relationship-store.ts';
import { type Step, stepOfRemoval, stepOfRequest } from './relationship-states.ts';
import { requestsOf } from './request-store.ts';
import { tellRelations } from './tell-relations.ts';

export function peopleRoutes(parts: PeopleParts): Binding[] {
  const { database, commit } = parts;
  const step = async (user: string, other: string, stepOf: (kind: Step['kind']) => Step) => {
    const { told, relationship } = await commit(async (tx) => ({
      told: await takeStep(parts, tx, user, other, stepOf),
      relationship: (await tx.get(findRelationship, { user, other })) && (await requireRelationship(tx, user, other)),
    }));
    tellRelations(parts, user, other, told);
    return relationship;
  };
  const ask = async (user: string, other: string) => {
    const relationship = await step(user, other, (kind) => {
      const taken = stepOfRequest(kind);
      if (!taken) throw new Refusal('conflict', { user: other });
      return taken;
    });
    if (!relationship) throw new Refusal('not_found');
    return relationship;
  };
  const requireAll = async (user: string, whom: readonly string[]) => {
    const ids = new Set<string>();
    for (const each of whom) ids.add(await requireWhom(parts, user, each));
    return [...ids];
  };

  return [
    bind(people.listRelationships, ({ actor }) =>
      database.read(async (reader) => ({ relationships: await relationshipsOf(reader, actor.user) })),
    ),

    bind(people.requestFriend, async ({ actor, body }) => {
      const other = await requireWhom(parts, actor.user, body.user);
      if (other === actor.user) throw new Refusal('invalid_body', { path: '/user' });
      return ask(actor.user, other);
    }),

    bind(people.acceptFriend, async ({ actor, params }) => {
      const row = await database.read((reader) =>
        reader.get(findRelationship, { user: actor.user, other: params.user }),
      );
      if (row?.kind !== 'incoming' && row?.kind !== 'friend') throw new Refusal('not_found');
      return ask(actor.user, params.user);
    }),

    bind(people.removeRelationship, async ({ actor, params }) => {
      await step(actor.user, params.user, stepOfRemoval);
    }),

    bind(people.blockUser, ({ actor, params }) => blockUser(parts, actor.user, params.user)),
    bind(people.unblockUser, ({ actor, params }) => unblockUser(parts, actor.user, params.user)),

    bind(people.lookUpUser, ({ actor, body }) => lookUp(parts, actor.user, body.handle)),
    bind(people.getPrivacy, ({ actor }) => database.read((reader) => privacyOf(reader, actor.user))),
    bind(people.setPrivacy, async ({ actor, body }) => {
      await commit((tx) => setPrivacyOf(tx, actor.user, body));
      return body;
    }),

    bind(people.openDirect, async ({ actor, body }) =>
      openDirect(parts, actor.user, await requireAll(actor.user, body.users)),
    ),
    bind(people.addToGroup, async ({ actor, params, body }) =>
      addToGroup(parts, actor.user, params.space, await requireAll(actor.user, body.users)),
    ),

    bind(people.listRequests, ({ actor }) =>
      database.read(async (reader) => ({
        requests: (await requestsOf(reader, actor.user)).sort((a, b) => b.ts - a.ts),
      })),
    ),
    bind(people.acceptRequest, ({ actor, params }) => acceptRequest(parts, actor.user, params.space)),
    bind(people.ignoreRequest, ({ actor, params }) => ignoreRequest(parts, actor.user, params.space)),
  ];
}
