import { createHmac, randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { crc32 } from 'node:zlib';

export interface IceEnd {
  port: number;
  usernameFragment: string;
  password: string;
}

const success = 0x0101;
const attribute = {
  username: 0x0006,
  integrity: 0x0008,
  priority: 0x0024,
  useCandidate: 0x0025,
  fingerprint: 0x8028,
  controlling: 0x802a,
};
const cookie = 0x2112a442;
const PATIENCE_MS = 500;

/** A socket at a port of loopback, also where a media worker has it: that one, being bound to 127.0.0.1, gets what comes. */
export async function borrowPort(port: number): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.bind(port, '0.0.0.0');
  await once(socket, 'listening');
  return socket;
}

/** Asks an ICE-lite agent of this machine to take the address of the socket for the other end. (RFC 8445 §7.2, RFC 8489) */
export function sendBinding(socket: Socket, to: IceEnd): Buffer {
  const transaction = randomBytes(12);
  const asked = [
    attributeOf(attribute.username, Buffer.from(`${to.usernameFragment}:somebody`)),
    attributeOf(attribute.priority, Buffer.from([0x6e, 0xff, 0xff, 0xff])),
    attributeOf(attribute.controlling, randomBytes(8)),
    attributeOf(attribute.useCandidate, Buffer.alloc(0)),
  ];
  const head = Buffer.alloc(8);
  head.writeUInt16BE(0x0001, 0);
  head.writeUInt32BE(cookie, 4);
  const unsigned = Buffer.concat([head, transaction, ...asked]);
  const signature = createHmac('sha1', to.password).update(ending(unsigned, 24)).digest();
  const signed = Buffer.concat([unsigned, attributeOf(attribute.integrity, signature)]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE((crc32(ending(signed, 8)) ^ 0x5354554e) >>> 0);
  socket.send(Buffer.concat([signed, attributeOf(attribute.fingerprint, sum)]), to.port, '127.0.0.1');
  return transaction;
}

/** Each of the two sums is made as if the message ended with it. */
function ending(message: Buffer, more: number): Buffer {
  message.writeUInt16BE(message.length - 20 + more, 2);
  return message;
}

/** Until the agent has agreed; the socket has to be alone at its port. */
export async function bind(socket: Socket, to: IceEnd): Promise<void> {
  for (;;) {
    const transaction = sendBinding(socket, to);
    const agreed = await new Promise<boolean>((resolve) => {
      const done = (answer: boolean) => {
        clearTimeout(timer);
        socket.off('message', onMessage);
        resolve(answer);
      };
      const onMessage = (message: Buffer) => {
        if (message.readUInt16BE(0) === success && message.subarray(8, 20).equals(transaction)) done(true);
      };
      const timer = setTimeout(() => done(false), PATIENCE_MS);
      socket.on('message', onMessage);
    });
    if (agreed) return;
  }
}

function attributeOf(name: number, value: Buffer): Buffer {
  const bytes = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4);
  bytes.writeUInt16BE(name, 0);
  bytes.writeUInt16BE(value.length, 2);
  value.copy(bytes, 4);
  return bytes;
}
