/** `times` requests in a window of `perMs`, counted for each user, without a session for each address (IPv6: /64). */
export interface NamedLimit {
  times: number;
  perMs: number;
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** The limits that endpoints name. [LIM-2] */
export const namedLimits: ReadonlyMap<string, NamedLimit> = new Map(
  Object.entries({
    anonymous: { times: 300, perMs: minute },
    register: { times: 20, perMs: hour },
    login: { times: 30, perMs: 5 * minute },
    refresh: { times: 120, perMs: minute },
    session: { times: 600, perMs: minute },
    profile: { times: 20, perMs: minute },
    presence: { times: 60, perMs: minute },
    'space.create': { times: 20, perMs: hour },
    manage: { times: 240, perMs: minute },
    invite: { times: 30, perMs: minute },
    'invite.preview': { times: 120, perMs: minute },
    join: { times: 30, perMs: minute },
    'message.send': { times: 20, perMs: 10 * second },
    'message.edit': { times: 30, perMs: 30 * second },
    reaction: { times: 60, perMs: 30 * second },
    read: { times: 240, perMs: minute },
    typing: { times: 60, perMs: minute },
    history: { times: 300, perMs: minute },
  }),
);
