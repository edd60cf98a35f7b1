import * as endpoints from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import * as server from '@folkmoot/protocol-spec/schemas/client/server.ts';
import { bind, type Binding } from '../http/bind.ts';
import { changePassword } from './change-password.ts';
import { deleteAccount } from './delete-account.ts';
import { endSession } from './end-session.ts';
import { getAccount, getUser, listSessions } from './find-profile.ts';
import { logIn } from './log-in.ts';
import type { AccountParts } from './parts.ts';
import { refreshSession } from './refresh-session.ts';
import { register } from './register.ts';
import { getServer } from './server-info.ts';
import { setPresence } from './set-presence.ts';
import { updateProfile } from './update-profile.ts';

/** The endpoints of accounts, sessions and the homeserver itself. */
export function accountRoutes(parts: AccountParts): Binding[] {
  return [
    bind(server.getServer, () => getServer(parts)),
    bind(endpoints.register, ({ body, exchange }) => register(parts, body, exchange)),
    bind(endpoints.logIn, ({ body, exchange }) => logIn(parts, body, exchange)),
    bind(endpoints.refreshSession, ({ body, exchange }) => refreshSession(parts, body, exchange)),
    bind(endpoints.listSessions, ({ actor }) => listSessions(parts, actor)),
    bind(endpoints.endSession, ({ actor, params, exchange }) => endSession(parts, actor, params.session, exchange)),
    bind(endpoints.logOut, ({ actor, exchange }) => endSession(parts, actor, actor.session, exchange)),
    bind(endpoints.getAccount, ({ actor }) => getAccount(parts, actor.user)),
    bind(endpoints.updateProfile, ({ actor, body }) => updateProfile(parts, actor.user, body)),
    bind(endpoints.changePassword, ({ actor, body }) => changePassword(parts, actor, body.current, body.password)),
    bind(endpoints.setPresence, ({ actor, body }) => setPresence(parts, actor.user, body)),
    bind(endpoints.deleteAccount, ({ actor, body, exchange }) => deleteAccount(parts, actor, body.password, exchange)),
    bind(endpoints.getUser, ({ actor, params }) => getUser(parts, actor, params.user)),
  ];
}
