import { connect, type Socket } from 'node:net';
import type { OperationFailure } from '@folkmoot/server/admin/operation.ts';
import { findSocketPath } from '@folkmoot/server/admin/socket-path.ts';
import { splitLines } from '@folkmoot/server/admin/split-lines.ts';
import { CommandError } from '../command-error.ts';

/** A page of lines is below two million characters. */
const LONGEST_ANSWER = 64 * 1024 * 1024;

export interface SocketClient {
  call(op: string, input: unknown): Promise<unknown>;
  close(): void;
}

type Answer = { ok: true; result: unknown } | { ok: false; error: OperationFailure };

/** The running homeserver that has this data open; undefined where none answers. Throws CommandError `not_allowed`. */
export async function connectToHomeserver(data: string): Promise<SocketClient | undefined> {
  const socket = await openSocket(findSocketPath(data));
  if (!socket) return undefined;
  const lines = splitLines(socket, LONGEST_ANSWER);
  return {
    async call(op, input) {
      socket.write(`${JSON.stringify({ op, input })}\n`);
      const line = await lines.next().catch(() => undefined);
      if (line === undefined || line.done) {
        throw new CommandError('connection_lost', 'The homeserver stopped before it answered.', {
          exit: 'unreachable',
        });
      }
      const answer = JSON.parse(line.value.toString('utf8')) as Answer;
      if (answer.ok) return answer.result;
      const { code, message, details = {} } = answer.error;
      throw new CommandError(code, message, { details });
    },
    close: () => void socket.destroy(),
  };
}

function openSocket(path: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      socket.on('error', () => undefined);
      resolve(socket);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EACCES') return resolve(undefined);
      const message = `This user may not open ${path}. Run this as the user of the homeserver.`;
      reject(new CommandError('not_allowed', message, { exit: 'unreachable' }));
    });
  });
}
