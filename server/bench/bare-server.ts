import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { textFrame } from '../gateway/bundle.ts';
import type { BareCommand } from './bare.ts';
import { markedContent } from './frame-reader.ts';

// The other side of bare.ts: what ws can do where there is no homeserver around it, one prepared frame at a time to each socket.

const sockets: Socket[] = [];
const server = createServer();
const wss = new WebSocketServer({ server, perMessageDeflate: false });
wss.on('connection', (ws, request) => {
  ws.on('error', () => undefined);
  ws.send('{"op":"hello"}');
  sockets.push(request.socket);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.send?.({ port: (server.address() as AddressInfo).port });

/** As long as an event of the homeserver. */
const frameOf = (bytes: number, content = '') =>
  textFrame(`{"op":"event","content":"${content.padEnd(Math.max(0, bytes - 30), '.')}"}`);
let number = 0;

async function write({ perSecond, seconds, bytes, marked }: BareCommand): Promise<number> {
  const prepared = frameOf(bytes);
  const until = performance.now() + seconds * 1_000;
  let deliveries = 0;
  for (let round = 0, started = performance.now(); performance.now() < until; round++) {
    const frame = marked ? frameOf(bytes, markedContent(++number, 0)) : prepared;
    for (const socket of sockets) {
      if (socket.writableLength > 0) continue;
      socket.write(frame);
      deliveries++;
    }
    if (perSecond === undefined) await new Promise((resolve) => setImmediate(resolve));
    else await delay(Math.max(0, started + ((round + 1) * 1_000) / perSecond - performance.now()));
  }
  return deliveries;
}

process.on(
  'message',
  (command: BareCommand) => void write(command).then((deliveries) => process.send?.({ deliveries })),
);
process.on('disconnect', () => process.exit());
