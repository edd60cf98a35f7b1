import { setTimeout as delay } from 'node:timers/promises';
import { FrameReader } from './frame-reader.ts';
import type { LoadCommand, LoadQuestion, LoadReply } from './load.ts';
import { MessageSender } from './message-sender.ts';

// The other side of load.ts: a process of its own, so that what it costs is not counted.

let readers: FrameReader[] = [];
const sessions: string[] = [];
let tokens: readonly string[] = [];
let number = 0;

/** Clients connect so many at a time, or the queue of the listening socket runs over. */
const AT_ONCE = 500;

async function connectAll(
  port: number,
  from: number,
  count: number,
  begin: (reader: FrameReader, index: number) => Promise<void>,
): Promise<void> {
  let next = from;
  const one = async () => {
    for (let index = next++; index < count; index = next++) {
      for (let tries = 1; ; tries++) {
        const reader = (readers[index] = new FrameReader(port));
        try {
          await begin(reader, index);
          break;
        } catch (error) {
          // Like any client: a busy listening socket drops some of thousands that come at once.
          if (tries === 20) throw error;
          await delay(100 * tries * Math.random());
        }
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, count) }, one));
}

async function identify(reader: FrameReader, index: number): Promise<void> {
  await reader.sees('"hello"');
  reader.send({ op: 'identify', token: tokens[index] });
  const ready = await reader.sees('"ready"');
  reader.isOpen = true;
  sessions[index] = /"session":"([^"]+)"/.exec(ready)?.[1] ?? '';
  // What is kept of it is no business of a reader.
  reader.answers.length = 0;
}

async function resume(reader: FrameReader, index: number, before: FrameReader): Promise<void> {
  reader.isMarked = before.isMarked;
  reader.last = before.last;
  reader.wrong = before.wrong;
  const had = before.events;
  await reader.sees('"hello"');
  reader.send({ op: 'resume', token: tokens[index], session: sessions[index], seq: had });
  await reader.sees('"resumed"');
  reader.isOpen = true;
  reader.events += had;
}

const commands: { [K in LoadCommand['do']]: (command: LoadCommand & { do: K }) => Promise<LoadReply> } = {
  async connect(command) {
    tokens = command.tokens;
    const started = performance.now();
    // More of them may come to those who are there.
    await connectAll(command.port, readers.length, tokens.length, identify);
    return { seconds: (performance.now() - started) / 1_000 };
  },
  async connectBare({ port, count }) {
    await connectAll(port, readers.length, count, async (reader) => void (await reader.sees('"hello"')));
    return {};
  },
  async resume({ port }) {
    const before = readers;
    readers = [];
    const started = performance.now();
    await connectAll(port, 0, before.length, (reader, index) => resume(reader, index, before[index] as FrameReader));
    return { seconds: (performance.now() - started) / 1_000 };
  },
  async drop() {
    for (const reader of readers) reader.destroy();
    return {};
  },
  async mark({ latencies }) {
    for (const reader of readers) {
      reader.isMarked = true;
      reader.last = number;
      reader.wrong = 0;
      reader.latencies = latencies ? [] : undefined;
    }
    return {};
  },
  async unmark() {
    for (const reader of readers) reader.isMarked = false;
    return {};
  },
  async read() {
    const sum = (of: (reader: FrameReader) => number) => readers.reduce((total, reader) => total + of(reader), 0);
    return {
      events: sum(({ events }) => events),
      bytes: sum(({ bytes }) => bytes),
      wrong: sum(({ wrong }) => wrong),
      behind: readers.filter(({ last }) => last !== number).length,
      closed: readers.filter(({ isClosed }) => isClosed).length,
      sent: number,
    };
  },
  async latencies() {
    return { latencies: readers.flatMap(({ latencies }) => latencies ?? []) };
  },
  /** Messages at a steady rate, whenever the answer comes. */
  async sendSteadily({ place, token, perSecond, seconds, bytes }) {
    const senders = Array.from({ length: 1 }, () => new MessageSender(place, token));
    const started = performance.now();
    let last: Promise<void> = Promise.resolve();
    const all: Promise<void>[] = [];
    for (let i = 0; i < perSecond * seconds; i++) {
      await delay(Math.max(0, started + (i * 1_000) / perSecond - performance.now()));
      last = (senders[i % senders.length] as MessageSender).send(++number, bytes);
      all.push(last);
    }
    await Promise.all(all);
    await Promise.all(senders.map((sender) => sender.close()));
    return {};
  },
  /** As many messages as go through. */
  async sendMany({ place, tokens: senders, seconds, bytes }) {
    const until = performance.now() + seconds * 1_000;
    const first = number;
    await Promise.all(
      senders.map(async (token) => {
        const sender = new MessageSender(place, token);
        while (performance.now() < until) await sender.send(++number, bytes);
        await sender.close();
      }),
    );
    return { sent: number - first };
  },
};

setInterval(() => {
  for (const reader of readers)
    if (reader.isOpen && !reader.isClosed) reader.send({ op: 'heartbeat', seq: reader.events });
}, 20_000).unref();

process.on('message', ({ id, command }: LoadQuestion) => {
  const work = commands[command.do] as (command: LoadCommand) => Promise<LoadReply>;
  work(command).then(
    (reply) => process.send?.({ id, reply }),
    (error: unknown) => process.send?.({ id, reply: { error: String(error) } }),
  );
});
process.on('disconnect', () => process.exit());
