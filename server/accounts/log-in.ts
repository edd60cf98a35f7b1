import type { logIn as endpoint } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import type { BodyOf } from '@folkmoot/protocol-spec/schemas/client/endpoint.ts';
import { Refusal } from '../base/errors.ts';
import type { Exchange } from '../http/bind.ts';
import type { Reader } from '../storage/database.ts';
import {
  emailIndexOf,
  findUser,
  findUserByEmail,
  findUserByHandle,
  updatePassword,
  type UserRow,
} from './account-store.ts';
import { answerLogIn, type LoggedIn } from './answer-log-in.ts';
import type { AccountParts } from './parts.ts';
import { openSession } from './sessions.ts';

/**
 * Opens a session. Who gives a wrong password learns neither from the answer nor from its time whether there is such an account. [ACC-2]
 */
export async function logIn(parts: AccountParts, body: BodyOf<typeof endpoint>, exchange: Exchange): Promise<LoggedIn> {
  const { db, commit, clock, passwords, signals } = parts;
  const login = body.login.trim().toLowerCase();
  requireFewGuesses(parts, login);

  const found = await db.read((reader) => findByLogin(parts, reader, login));
  const { ok, rehash } = await passwords.verify(body.password, found?.password ?? undefined);
  if (!ok || !found) throw new Refusal('wrong_credentials');
  requireActive(found);
  const newHash = rehash ? await passwords.hash(body.password) : undefined;

  const now = clock.now();
  const { user, opened } = await commit(async (tx) => {
    const user = await tx.get(findUser, { id: found.id });
    // Changed, suspended or deleted while the password was checked.
    if (user?.password !== found.password) throw new Refusal('wrong_credentials');
    requireActive(user);
    if (newHash !== undefined) await tx.run(updatePassword, { id: user.id, password: newHash });
    return { user, opened: await openSession(tx, user.id, body.device ?? '', now) };
  });
  for (const session of opened.ended) signals.endSession(session);
  return answerLogIn(parts, user, opened, body.transport ?? 'bearer', exchange);
}

function requireFewGuesses({ limiter }: AccountParts, login: string): void {
  const { ok, retry_ms } = limiter.take('account', login);
  if (!ok) throw new Refusal('rate_limited', { retry: retry_ms });
}

function requireActive(user: UserRow): void {
  if (user.state === 'suspended') throw new Refusal('suspended');
}

async function findByLogin({ secrets }: AccountParts, reader: Reader, login: string): Promise<UserRow | undefined> {
  if (!login.includes('@')) return reader.get(findUserByHandle, { handle: login });
  return reader.get(findUserByEmail, { index: emailIndexOf(secrets, login) });
}
