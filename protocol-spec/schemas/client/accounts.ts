import { Type } from 'typebox';
import { Handle, InviteCode, SessionId, UserId } from '../ids.ts';
import { limits } from '../limits.ts';
import { Account, PresenceSetting, Session, User } from '../people.ts';
import { endpoint } from './endpoint.ts';

const strict = { additionalProperties: false } as const;
const Password = Type.String({ minLength: 8, maxLength: 256 });
const Email = Type.String({
  minLength: 3,
  maxLength: 254,
  pattern: '^[^@\\s\\u0000-\\u001f]+@[^@\\s\\u0000-\\u001f]+$',
});
const Token = Type.String({ maxLength: 64 });
const Transport = Type.Union([Type.Literal('cookie'), Type.Literal('bearer')], {
  description: 'Where the tokens go: into httpOnly cookies, or into the answer (default)',
});
const Device = Type.String({ maxLength: 64, description: 'Name of the device, shown in the list of sessions' });
const displayName = Type.String({ minLength: 1, maxLength: limits.nameLength, pattern: '\\S' });

export const LoggedIn = Type.Object(
  {
    account: Account,
    session: Session,
    token: Type.Optional(Type.String({ description: 'Access token, `fm_s_…`' })),
    refresh_token: Type.Optional(Type.String({ description: 'Single use, `fm_r_…`' })),
    expires_in: Type.Integer({ description: 'Milliseconds until the access token has to be refreshed' }),
  },
  { ...strict, $id: 'LoggedIn' },
);

export const register = endpoint({
  name: 'register',
  method: 'POST',
  path: '/accounts',
  tag: 'accounts',
  summary: 'Create an account and log in',
  clause: 'ACC-1',
  auth: 'none',
  limit: 'register',
  body: Type.Object(
    {
      handle: Handle,
      password: Password,
      email: Type.Optional(Email),
      display_name: Type.Optional(displayName),
      invite: Type.Optional(InviteCode),
      set_up: Type.Optional(
        Type.String({ maxLength: 64, description: 'Token of the one-time set-up link: makes the first admin' }),
      ),
      device: Type.Optional(Device),
      transport: Type.Optional(Transport),
    },
    strict,
  ),
  status: 201,
  answer: LoggedIn,
  refusals: [
    'bad_handle',
    'handle_taken',
    'weak_password',
    'email_required',
    'email_not_accepted',
    'email_taken',
    'registration_closed',
    'invite_required',
    'invite_gone',
    'busy',
  ],
});

export const logIn = endpoint({
  name: 'logIn',
  method: 'POST',
  path: '/sessions',
  tag: 'sessions',
  summary: 'Log in by handle or e-mail',
  clause: 'ACC-2',
  auth: 'none',
  limit: 'login',
  body: Type.Object(
    {
      login: Type.String({ minLength: 1, maxLength: 254 }),
      password: Type.String({ minLength: 1, maxLength: 256 }),
      device: Type.Optional(Device),
      transport: Type.Optional(Transport),
    },
    strict,
  ),
  status: 201,
  answer: LoggedIn,
  refusals: ['wrong_credentials', 'suspended', 'busy'],
});

export const refreshSession = endpoint({
  name: 'refreshSession',
  method: 'POST',
  path: '/sessions/refresh',
  tag: 'sessions',
  summary: 'Exchange a refresh token for new tokens',
  clause: 'ACC-3',
  auth: 'none',
  limit: 'refresh',
  body: Type.Object(
    { refresh_token: Type.Optional(Token) },
    { ...strict, description: 'The token, unless it travels as a cookie' },
  ),
  status: 200,
  answer: LoggedIn,
  refusals: ['unauthenticated', 'token_reused', 'suspended'],
});

export const listSessions = endpoint({
  name: 'listSessions',
  method: 'GET',
  path: '/sessions',
  tag: 'sessions',
  summary: 'Sessions of the user',
  clause: 'ACC-4',
  auth: 'session',
  limit: 'session',
  status: 200,
  answer: Type.Object({ sessions: Type.Array(Session) }, strict),
  refusals: [],
});

export const endSession = endpoint({
  name: 'endSession',
  method: 'DELETE',
  path: '/sessions/{session}',
  tag: 'sessions',
  summary: 'End a session; its sockets close at once',
  clause: 'ACC-5',
  auth: 'session',
  limit: 'session',
  params: Type.Object({ session: SessionId }),
  status: 204,
  refusals: ['not_found'],
});

export const logOut = endpoint({
  name: 'logOut',
  method: 'POST',
  path: '/sessions/end',
  tag: 'sessions',
  summary: 'End the session that asks',
  clause: 'ACC-5',
  auth: 'session',
  limit: 'session',
  status: 204,
  refusals: [],
});

export const getAccount = endpoint({
  name: 'getAccount',
  method: 'GET',
  path: '/users/me',
  tag: 'accounts',
  summary: 'The own account',
  clause: 'ACC-6',
  auth: 'session',
  limit: 'session',
  status: 200,
  answer: Account,
  refusals: [],
});

export const updateProfile = endpoint({
  name: 'updateProfile',
  method: 'PATCH',
  path: '/users/me',
  tag: 'accounts',
  summary: 'Change the profile',
  clause: 'ACC-6',
  auth: 'session',
  limit: 'profile',
  body: Type.Partial(
    Type.Object(
      {
        handle: Handle,
        display_name: displayName,
        bio: Type.String({ maxLength: limits.bioLength }),
        pronouns: Type.String({ maxLength: 40 }),
      },
      strict,
    ),
    { ...strict, minProperties: 1 },
  ),
  status: 200,
  answer: Account,
  refusals: ['bad_handle', 'handle_taken'],
});

export const changePassword = endpoint({
  name: 'changePassword',
  method: 'PUT',
  path: '/users/me/password',
  tag: 'accounts',
  summary: 'Change the password; all other sessions end',
  clause: 'ACC-7',
  auth: 'session',
  limit: 'login',
  body: Type.Object({ current: Type.String({ minLength: 1, maxLength: 256 }), password: Password }, strict),
  status: 204,
  refusals: ['wrong_credentials', 'weak_password', 'busy'],
});

export const setPresence = endpoint({
  name: 'setPresence',
  method: 'PUT',
  path: '/users/me/presence',
  tag: 'presence',
  summary: 'Choose online, idle, do not disturb or invisible, and a status text',
  clause: 'PRE-1',
  auth: 'session',
  limit: 'presence',
  body: PresenceSetting,
  status: 200,
  answer: PresenceSetting,
  refusals: [],
});

export const deleteAccount = endpoint({
  name: 'deleteAccount',
  method: 'POST',
  path: '/users/me/delete',
  tag: 'accounts',
  summary: 'Delete the account: it leaves all spaces, its name and e-mail are forgotten',
  clause: 'ACC-8',
  auth: 'session',
  limit: 'login',
  body: Type.Object({ password: Type.String({ minLength: 1, maxLength: 256 }) }, strict),
  status: 204,
  refusals: ['wrong_credentials', 'owns_spaces', 'busy'],
});

export const getUser = endpoint({
  name: 'getUser',
  method: 'GET',
  path: '/users/{user}',
  tag: 'accounts',
  summary: 'Profile of somebody one shares a space with',
  clause: 'ACC-9',
  auth: 'session',
  limit: 'session',
  params: Type.Object({ user: UserId }),
  status: 200,
  answer: User,
  refusals: ['not_found'],
});
