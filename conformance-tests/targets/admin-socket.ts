import { connect } from 'node:net';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** Asks the socket for admins of our homeserver: one line each way. */
export async function askAdmin<T>(data: string, op: string, input: object): Promise<T> {
  const note = await readFile(path.join(data, 'admin.sock.path'), 'utf8').catch(() => undefined);
  const socket = connect(note?.trim() ?? path.join(data, 'admin.sock'));
  socket.end(`${JSON.stringify({ op, input })}\n`);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  const answer = JSON.parse(Buffer.concat(chunks).toString()) as { ok: boolean; result: T; error?: unknown };
  if (!answer.ok) throw new Error(`${op}: ${JSON.stringify(answer.error)}`);
  return answer.result;
}
