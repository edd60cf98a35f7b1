import { createHash, createHmac, randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';

// A client of TURN (RFC 8656) over UDP and IPv4, as far as asking "does it work, and whom does it refuse" needs it.

export interface Endpoint {
  address: string;
  port: number;
}

export interface TurnCredentials {
  username: string;
  credential: string;
}

interface Message {
  type: number;
  attributes: Map<number, Buffer>;
}

const allocate = 0x003;
const send = 0x016;
const data = 0x017;
const createPermission = 0x008;
const attribute = {
  username: 0x0006,
  integrity: 0x0008,
  error: 0x0009,
  peer: 0x0012,
  data: 0x0013,
  realm: 0x0014,
  nonce: 0x0015,
  relayed: 0x0016,
  transport: 0x0019,
} as const;
const cookie = Buffer.from('2112a442', 'hex');
const RETRY_MS = 500;
const TRIES = 14;

/** Why the TURN server said no. */
export class TurnError extends Error {
  override readonly name = 'TurnError';
  readonly status: number;

  constructor(status: number, text: string) {
    super(`${status} ${text}`.trim());
    this.status = status;
  }
}

export class TurnClient implements Disposable {
  readonly #socket: Socket;
  readonly #server: Endpoint;
  readonly #credentials: TurnCredentials;
  readonly #answers = new Map<string, (message: Message) => void>();
  readonly #arrived: { from: Endpoint; data: Buffer }[] = [];
  #waiting: (() => void)[] = [];
  #realm: Buffer = Buffer.alloc(0);
  #nonce: Buffer = Buffer.alloc(0);

  constructor(server: Endpoint, credentials: TurnCredentials) {
    this.#server = server;
    this.#credentials = credentials;
    this.#socket = createSocket('udp4');
    this.#socket.on('message', (bytes) => this.#received(bytes));
    this.#socket.on('error', () => undefined);
  }

  /** Address of the relay. Throws TurnError, or Error where nothing answers. */
  async allocate(): Promise<Endpoint> {
    const udp = new Map([[attribute.transport, Buffer.from([17, 0, 0, 0])]]);
    const first = await this.#ask(allocate, udp, false);
    const status = statusOf(first);
    if (status !== 401) throw new TurnError(status, 'without credentials');
    this.#realm = first.attributes.get(attribute.realm) ?? this.#realm;
    this.#nonce = first.attributes.get(attribute.nonce) ?? this.#nonce;
    const answer = requireSuccess(await this.#ask(allocate, udp, true));
    return readAddress(answer.attributes.get(attribute.relayed) ?? Buffer.alloc(8));
  }

  /** Asks that a peer may be reached. Throws TurnError 403 where that is refused. */
  async permit(address: string): Promise<void> {
    const peer = new Map([[attribute.peer, writeAddress({ address, port: 0 })]]);
    requireSuccess(await this.#ask(createPermission, peer, true));
  }

  send(peer: Endpoint, content: Buffer): void {
    const attributes = new Map([
      [attribute.peer, writeAddress(peer)],
      [attribute.data, content],
    ]);
    this.#write(messageOf(send | 0x0010, randomBytes(12), attributes));
  }

  /** What a peer sent to the relay; rejects after a while. */
  async arrives(ms: number): Promise<{ from: Endpoint; data: Buffer }> {
    const late = performance.now() + ms;
    for (;;) {
      const first = this.#arrived.shift();
      if (first !== undefined) return first;
      const left = late - performance.now();
      if (left <= 0) throw new Error('nothing came through the relay');
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }

  async #ask(method: number, attributes: ReadonlyMap<number, Buffer>, signed: boolean): Promise<Message> {
    const id = randomBytes(12);
    const bytes = signed ? this.#signed(method, id, attributes) : messageOf(method, id, attributes);
    const key = id.toString('hex');
    const answer = new Promise<Message>((resolve) => this.#answers.set(key, resolve));
    try {
      for (let tries = 0; tries < TRIES; tries++) {
        this.#write(bytes);
        let timer: NodeJS.Timeout | undefined;
        const silence = new Promise<undefined>((resolve) => {
          timer = setTimeout(() => resolve(undefined), RETRY_MS);
        });
        const found = await Promise.race([answer, silence]);
        clearTimeout(timer);
        if (found !== undefined) return found;
      }
    } finally {
      this.#answers.delete(key);
    }
    throw new Error(`nothing answers at ${this.#server.address}:${this.#server.port}`);
  }

  #signed(method: number, id: Buffer, attributes: ReadonlyMap<number, Buffer>): Buffer {
    const { username, credential } = this.#credentials;
    const all = new Map(attributes);
    all.set(attribute.username, Buffer.from(username));
    all.set(attribute.realm, this.#realm);
    all.set(attribute.nonce, this.#nonce);
    const unsigned = messageOf(method, id, all);
    // The length counts the signature that is about to follow (RFC 8489 §14.5).
    unsigned.writeUInt16BE(unsigned.length - 20 + 24, 2);
    const key = createHash('md5').update(`${username}:${this.#realm.toString()}:${credential}`).digest();
    const signature = createHmac('sha1', key).update(unsigned).digest();
    return Buffer.concat([unsigned, attributeOf(attribute.integrity, signature)]);
  }

  #write(bytes: Buffer): void {
    this.#socket.send(bytes, this.#server.port, this.#server.address);
  }

  #received(bytes: Buffer): void {
    if (bytes.length < 20 || !bytes.subarray(4, 8).equals(cookie)) return;
    const message = readMessage(bytes);
    const content = message.attributes.get(attribute.data);
    const peer = message.attributes.get(attribute.peer);
    if (message.type === (data | 0x0010) && content !== undefined && peer !== undefined) {
      this.#arrived.push({ from: readAddress(peer), data: content });
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const resolve of waiting) resolve();
    } else this.#answers.get(bytes.subarray(8, 20).toString('hex'))?.(message);
  }
}

function messageOf(type: number, id: Buffer, attributes: ReadonlyMap<number, Buffer>): Buffer {
  const body = Buffer.concat([...attributes].map(([name, value]) => attributeOf(name, value)));
  const header = Buffer.alloc(4);
  header.writeUInt16BE(type, 0);
  header.writeUInt16BE(body.length, 2);
  return Buffer.concat([header, cookie, id, body]);
}

function attributeOf(name: number, value: Buffer): Buffer {
  const bytes = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4);
  bytes.writeUInt16BE(name, 0);
  bytes.writeUInt16BE(value.length, 2);
  value.copy(bytes, 4);
  return bytes;
}

function readMessage(bytes: Buffer): Message {
  const attributes = new Map<number, Buffer>();
  for (let at = 20; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt16BE(at + 2);
    attributes.set(bytes.readUInt16BE(at), bytes.subarray(at + 4, at + 4 + length));
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return { type: bytes.readUInt16BE(0), attributes };
}

const statusOf = ({ attributes }: Message): number => {
  const error = attributes.get(attribute.error);
  return error === undefined ? 0 : (error[2] ?? 0) * 100 + (error[3] ?? 0);
};

function requireSuccess(message: Message): Message {
  const status = statusOf(message);
  if (status === 0) return message;
  throw new TurnError(status, message.attributes.get(attribute.error)?.subarray(4).toString() ?? '');
}

/** XOR-mapped, IPv4 (RFC 8489 §14.2). */
function writeAddress({ address, port }: Endpoint): Buffer {
  const bytes = Buffer.from([0, 1, 0, 0, ...address.split('.').map(Number)]);
  bytes.writeUInt16BE(port ^ cookie.readUInt16BE(0), 2);
  for (let i = 0; i < 4; i++) bytes[4 + i] = (bytes[4 + i] ?? 0) ^ (cookie[i] ?? 0);
  return bytes;
}

function readAddress(bytes: Buffer): Endpoint {
  const octets = [0, 1, 2, 3].map((i) => (bytes[4 + i] ?? 0) ^ (cookie[i] ?? 0));
  return { address: octets.join('.'), port: bytes.readUInt16BE(2) ^ cookie.readUInt16BE(0) };
}
