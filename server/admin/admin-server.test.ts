import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { temporaryFolder } from '../testing/engines.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';
import { findSocketPath } from './socket-path.ts';
import { splitLines } from './split-lines.ts';

interface Answer {
  ok: boolean;
  result?: Record<string, unknown>;
  error?: { code: string; message: string };
}

async function openSocket(
  t: TestContext,
  data: string,
): Promise<{ socket: Socket; next(): Promise<Answer | undefined> }> {
  const socket = connect(findSocketPath(data));
  t.after(() => socket.destroy());
  await once(socket, 'connect');
  const lines = splitLines(socket, 1_000_000);
  return {
    socket,
    async next() {
      const { value, done } = await lines.next();
      return done ? undefined : (JSON.parse(value.toString()) as Answer);
    },
  };
}

async function start(t: TestContext, folder?: string) {
  const { homeserver } = await startHomeserver({ folder: folder ?? (await temporaryFolder(t)) });
  t.after(() => homeserver.close());
  return homeserver;
}

test('only the own user can open the socket', async (t) => {
  const { config } = await start(t);
  const { mode } = await stat(join(config.data, 'admin.sock'));
  assert.equal(mode & 0o777, 0o600);
});

test('requests are answered one after the other, and wrong ones are refused by code', async (t) => {
  const { config } = await start(t);
  const { socket, next } = await openSocket(t, config.data);
  const cases: [unknown, string][] = [
    ['not JSON', 'invalid_input'],
    [[], 'invalid_input'],
    [{ op: 'status' }, 'invalid_input'],
    [{ op: 'status', input: {}, more: 1 }, 'invalid_input'],
    [{ op: 'status', input: { more: 1 } }, 'invalid_input'],
    [{ op: 'user.list', input: { admins: false, limit: 100_000 } }, 'invalid_input'],
    [{ op: 'constructor', input: {} }, 'unknown_operation'],
    [{ op: 'user.suspend', input: { user: 'nobody' } }, 'not_found'],
    [{ op: 'user.create', input: { handle: 'admin', password: 'plum tree in a jar', admin: true } }, 'bad_handle'],
    [{ op: 'user.create', input: { handle: 'alice', password: '12345678', admin: true } }, 'weak_password'],
  ];
  socket.write(
    cases.map(([request]) => `${typeof request === 'string' ? request : JSON.stringify(request)}\n`).join(''),
  );
  for (const [request, code] of cases) assert.equal((await next())?.error?.code, code, JSON.stringify(request));
  socket.write(`${JSON.stringify({ op: 'status', input: {} })}\n`);
  assert.equal((await next())?.result?.['server_name'], 'localhost');
});

test('a line without an end is not collected for ever', async (t) => {
  const { config } = await start(t);
  const { socket, next } = await openSocket(t, config.data);
  socket.on('error', () => undefined);
  socket.write('x'.repeat(300_000));
  assert.equal(await next().catch(() => undefined), undefined);
});

test('what a killed homeserver left does not stop the next one', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'data'), { mode: 0o700 });
  await writeFile(join(folder, 'data', 'admin.sock'), '');
  await chmod(join(folder, 'data', 'admin.sock'), 0o644);
  const { config } = await start(t, folder);
  const { socket, next } = await openSocket(t, config.data);
  socket.write(`${JSON.stringify({ op: 'space.list', input: { limit: 1 } })}\n`);
  assert.deepEqual(await next(), { ok: true, result: { spaces: [], more: false } });
});

test('where the path of the data is too long for a socket, it is somewhere else and gone after the stop', async (t) => {
  const folder = join(await temporaryFolder(t), 'a-folder-with-a-long-name'.repeat(4));
  await mkdir(folder, { recursive: true });
  const homeserver = await start(t, folder);
  const { data } = homeserver.config;
  const path = (await readFile(join(data, 'admin.sock.path'), 'utf8')).trim();
  assert.equal(findSocketPath(data), path);
  assert.equal((await stat(join(path, '..'))).mode & 0o777, 0o700);
  const { socket, next } = await openSocket(t, data);
  socket.write(`${JSON.stringify({ op: 'status', input: {} })}\n`);
  assert.equal((await next())?.ok, true);
  await homeserver.close();
  await assert.rejects(stat(join(path, '..')));
  await assert.rejects(stat(join(data, 'admin.sock.path')));
});

test('an open connection does not hold up the stop', async (t) => {
  const homeserver = await start(t);
  const { next } = await openSocket(t, homeserver.config.data);
  await homeserver.close();
  assert.equal(await next().catch(() => undefined), undefined);
});
