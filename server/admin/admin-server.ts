import { createServer, type Server, type Socket } from 'node:net';
import type { Log } from '../base/log.ts';
import { failureOf, OperationError, type OperationFailure } from './operation.ts';
import { runOperation } from './operations.ts';
import type { AdminParts } from './parts.ts';
import { splitLines } from './split-lines.ts';
import { removeSocket, takeSocketPath } from './socket-path.ts';

const LONGEST_REQUEST = 64 * 1024;
const CONNECTIONS = 32;
const IDLE_MS = 10 * 60_000;

export interface AdminServer {
  close(): Promise<void>;
}

/**
 * Takes operations on a Unix socket in the data folder: a line {op, input}, answered by a line {ok, result} or {ok, error}, one after
 * the other. Who may open the socket is the homeserver's own user, and nobody else.
 */
export async function createAdminServer(parts: AdminParts): Promise<AdminServer> {
  const { log, config } = parts;
  const server = createServer((socket) => void serve(parts, socket));
  server.maxConnections = CONNECTIONS;
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  // Such as too many open files: what is open stays open.
  server.on('error', (error) => log.warn({ err: error }, 'the socket for admin commands failed'));
  try {
    await listenPrivately(server, takeSocketPath(config.data));
  } catch (error) {
    // A homeserver without it still serves its people.
    log.warn({ err: error }, 'admin commands cannot reach this homeserver while it runs');
    return { close: async () => undefined };
  }
  return {
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
      removeSocket(config.data);
    },
  };
}

/** The socket is made for the own user only from its first moment: `listen` makes it before it returns. */
function listenPrivately(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const umask = process.umask(0o177);
    try {
      server.listen(path, () => {
        server.off('error', reject);
        resolve();
      });
    } finally {
      process.umask(umask);
    }
  });
}

async function serve(parts: AdminParts, socket: Socket): Promise<void> {
  socket.setTimeout(IDLE_MS, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  try {
    for await (const line of splitLines(socket, LONGEST_REQUEST)) {
      const answer = await answerOf(parts, line);
      if (!socket.write(`${JSON.stringify(answer)}\n`)) await drained(socket);
    }
    socket.end();
  } catch {
    // Whoever asked went away, or sent a line without an end.
    socket.destroy();
  }
}

type Answer = { ok: true; result: unknown } | { ok: false; error: OperationFailure };

async function answerOf(parts: AdminParts, line: Buffer): Promise<Answer> {
  try {
    const { op, input } = requestOf(line);
    return { ok: true, result: (await runOperation(parts, op, input)) ?? null };
  } catch (error) {
    return { ok: false, error: failureOf(error) ?? brokenHere(parts.log, error) };
  }
}

function requestOf(line: Buffer): { op: string; input: unknown } {
  const request = parse(line);
  const { op, input, ...rest } =
    typeof request === 'object' && request !== null ? (request as Record<string, unknown>) : {};
  if (typeof op !== 'string' || input === undefined || Object.keys(rest).length > 0) {
    throw new OperationError('invalid_input', 'A request is a line {"op", "input"}.');
  }
  return { op, input };
}

function parse(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8'));
  } catch {
    return undefined;
  }
}

function brokenHere(log: Log, error: unknown): OperationFailure {
  log.error({ err: error }, 'an operation of an admin failed');
  return { code: 'internal', message: 'Something broke in the homeserver; its log says what.' };
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.once('drain', done).once('close', done);
  });
}
