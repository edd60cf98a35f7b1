import { newHandle } from './people.ts';
import type { AnyOptions, AskedEndpoint } from './visitor.ts';

/** Ids that the parameters of endpoints are filled with. */
export type SampleIds = Partial<
  Record<
    | 'space'
    | 'channel'
    | 'message'
    | 'role'
    | 'user'
    | 'invite'
    | 'report'
    | 'code'
    | 'emoji'
    | 'target'
    | 'session'
    | 'bot'
    | 'server'
    | 'bot_handle'
    | 'token'
    | 'password'
    | 'refresh_token'
    | 'login',
    string
  >
>;

const grant = { channels: 'all', events: ['message'], content: true, actions: ['message.send'], expires: null };

/** Of nobody and nothing, where a case names none. */
const none: SampleIds = {
  code: 'A'.repeat(22),
  server: 'blocked.example',
  report: `q_${'b'.repeat(26)}`,
  bot: `u_${'b'.repeat(32)}`,
  token: `x_${'b'.repeat(26)}`,
};

type Body = (ids: SampleIds) => Record<string, unknown>;

/** A body that is right for each endpoint that takes one. */
const bodies = new Map<string, Body>(
  Object.entries({
    register: () => ({ handle: newHandle('sample'), password: 'seven plums in a jar' }),
    logIn: ({ login, password }) => ({ login, password }),
    refreshSession: ({ refresh_token }) => ({ refresh_token }),
    updateProfile: () => ({ bio: 'hello' }),
    changePassword: ({ password }) => ({ current: password, password: 'eight plums in a jar' }),
    setPresence: () => ({ status: 'online', text: '' }),
    deleteAccount: ({ password }) => ({ password }),
    createSpace: () => ({ name: 'Sample club' }),
    updateSpace: () => ({ description: 'hello' }),
    transferSpace: ({ user }) => ({ user }),
    createRole: () => ({ name: 'sample', rank: 1 }),
    updateRole: () => ({ name: 'sample' }),
    createChannel: () => ({ kind: 'text', name: 'sample' }),
    updateChannel: () => ({ topic: 'hello' }),
    setOverride: () => ({ allow: [], deny: [] }),
    updateMember: () => ({ nick: 'Sample' }),
    kickMember: () => ({}),
    timeOutMember: () => ({ until: Date.now() + 3_600_000 }),
    banUser: () => ({}),
    createInvite: () => ({}),
    sendMessage: () => ({ content: 'hello' }),
    editMessage: () => ({ content: 'hello again' }),
    createBot: () => ({ handle: newHandle('bot') }),
    updateBot: () => ({ bio: 'hello' }),
    createBotToken: () => ({}),
    admitBot: ({ bot_handle }) => ({ bot: bot_handle ?? 'nobody_at_all', grant }),
    changeBotGrant: () => grant,
    blockServer: () => ({ reason: 'spam' }),
    reportMessage: () => ({ reasons: ['spam'] }),
    reportUser: () => ({ reasons: ['spam'] }),
    closeReport: () => ({ outcome: 'dismissed' }),
    markRead: ({ message }) => ({ message }),
    joinByInvite: () => ({}),
    requestFriend: ({ user }) => ({ user: user ?? 'nobody_at_all' }),
    lookUpUser: () => ({ handle: 'nobody_at_all' }),
    setPrivacy: () => ({ found_by: 'everyone', requests_from: 'everyone' }),
    openDirect: ({ user }) => ({ users: [user ?? 'nobody_at_all'] }),
    addToGroup: ({ user }) => ({ users: [user ?? 'nobody_at_all'] }),
  } satisfies Record<string, Body>),
);

/** A request to an endpoint that is right in form. Throws for an endpoint with a body that nobody has declared here. */
export function sampleRequest(
  endpoint: AskedEndpoint,
  ids: SampleIds,
): AnyOptions & { params: Record<string, string> } {
  const params: Record<string, string> = {};
  for (const [, name = ''] of endpoint.path.matchAll(/\{([a-z_]+)\}/g)) {
    const value = ids[name as keyof SampleIds] ?? none[name as keyof SampleIds];
    if (value === undefined) throw new Error(`${endpoint.name}: no sample for {${name}}`);
    params[name] = value;
  }
  if (!endpoint.body) return { params };
  const body = bodies.get(endpoint.name);
  if (!body) throw new Error(`${endpoint.name} takes a body and has no sample`);
  return { params, body: body(ids) };
}
