import { type Static, Type } from 'typebox';
import { SpaceId, UserId } from '../ids.ts';
import { peerEndpoint } from './endpoint.ts';
import { strict } from './values.ts';

/** A hub tells the home of a bot that a space of the hub granted it something. */
export const BotLetter = Type.Object(
  {
    v: Type.Literal(1),
    id: Type.String({ pattern: '^i_[a-z2-7]{26}$' }),
    bot: UserId,
    space: SpaceId,
  },
  strict,
);
export type BotLetter = Static<typeof BotLetter>;

export const peerGrantBot = peerEndpoint({
  name: 'bot grant',
  method: 'POST',
  path: '/bots/grants',
  clause: 'BOT-12',
  body: BotLetter,
  maxBytes: 1_024,
  status: 202,
  answer: Type.Object({ v: Type.Literal(1) }),
});
