import { createSocket } from 'node:dgram';
import { once } from 'node:events';

const A = 1;
const HEADER = 12;

/** A name service that knows the addresses of some names, and says nothing at all about others. */
export async function fakeNameService(
  addresses: ReadonlyMap<string, string>,
): Promise<{ server: string; asked: Set<string>; close(): void }> {
  const socket = createSocket('udp4');
  const asked = new Set<string>();
  socket.on('message', (question, { port, address }) => {
    const { name, end } = nameIn(question);
    asked.add(name);
    const known = addresses.get(name);
    if (known === undefined) return;
    const isKnown = question.readUInt16BE(end) === A;
    const answer = Buffer.from([0xc0, HEADER, 0, A, 0, 1, 0, 0, 0, 0, 0, 4, ...known.split('.').map(Number)]);
    const counts = [0x81, 0x80, 0, 1, 0, isKnown ? 1 : 0, 0, 0, 0, 0];
    const head = Buffer.concat([question.subarray(0, 2), Buffer.from(counts), question.subarray(HEADER, end + 4)]);
    socket.send(isKnown ? Buffer.concat([head, answer]) : head, port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { server: `127.0.0.1:${socket.address().port}`, asked, close: () => socket.close() };
}

function nameIn(question: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = HEADER;
  for (let length = question[at]!; length > 0; length = question[at]!) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}
