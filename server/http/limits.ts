import type { RateLimit } from '../base/rate-limit.ts';

const minute = 60;
const hour = 60 * minute;

const within = (seconds: number, times: number): RateLimit => ({ rate: times / seconds, burst: times });

/** The limits that endpoints name, for each user or, without a session, each address (IPv6: /64). [LIM-2] */
export const namedLimits = {
  anonymous: within(minute, 300),
  register: within(hour, 20),
  login: within(5 * minute, 30),
  /** Guesses at one account, from wherever they come: more than one address may make, so that nobody alone locks somebody out. */
  account: within(15 * minute, 200),
  refresh: within(minute, 120),
  session: within(minute, 600),
  profile: within(minute, 20),
  presence: within(minute, 60),
  'bot.create': within(hour, 60),
  'space.create': within(hour, 20),
  manage: within(minute, 240),
  /** A search goes through all members of a community. */
  members: within(10, 40),
  invite: within(minute, 30),
  'invite.preview': within(minute, 120),
  join: within(minute, 30),
  'message.send': within(10, 20),
  'message.edit': within(30, 30),
  reaction: within(30, 60),
  read: within(minute, 240),
  typing: within(minute, 60),
  people: within(minute, 60),
  /** Handles, in whatever request they are named: whoever tries one after the other learns few of them. */
  lookup: within(minute, 20),
  report: within(10 * minute, 30),
  history: within(minute, 300),
  search: within(10, 20),
} satisfies Record<string, RateLimit>;

export type LimitName = keyof typeof namedLimits;
