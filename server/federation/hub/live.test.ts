import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { deleteChannel } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { kickMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { sendMessage, startTyping } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import type { Channel } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { WebSocket } from 'ws';
import { newChannel } from '../../testing/community.ts';
import { TestHub } from '../../testing/hub.ts';
import { Puppet } from '../../testing/puppet.ts';
import { PuppetUser } from '../../testing/puppet-user.ts';
import { Watcher } from '../../testing/watching.ts';

let hub: TestHub;

before(async () => {
  hub = await TestHub.open();
});
after(() => hub[Symbol.asyncDispose]());

interface Frame {
  op: string;
  space?: string;
  stream?: string;
  streams?: Record<string, string>;
  items?: { user: string; kind: string; data?: object }[];
  lines: string[];
}

/** What a follower hears on its live connection. */
class Listener {
  readonly frames: Frame[] = [];
  readonly socket: WebSocket;
  closed: number | undefined;
  #waiting: (() => void)[] = [];

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer) => {
      const [first = '', ...lines] = data.toString().split('\n');
      this.frames.push({ ...(JSON.parse(first) as Frame), lines });
      this.#wake();
    });
    socket.on('close', (code) => {
      this.closed = code;
      this.#wake();
    });
  }

  static async of(puppet: Puppet): Promise<Listener> {
    const socket = await puppet.opensLive(hub.a.name);
    assert.ok(socket instanceof WebSocket, 'the upgrade was refused');
    return new Listener(socket);
  }

  async until<T>(find: () => T | undefined | false): Promise<T> {
    for (;;) {
      const found = find();
      if (found !== undefined && found !== false) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  hears(text: string): Promise<Frame> {
    return this.until(() => this.frames.find(({ lines }) => lines.some((line) => line.includes(text))));
  }

  /** Waits for heads like these, among the frames after the first `from`. */
  heads(check: (streams: Record<string, string>) => boolean, from = 0): Promise<Frame> {
    return this.until(() =>
      this.frames
        .slice(from)
        .findLast((frame) => frame.op === 'heads' && frame.space === hub.space.id && check(frame.streams ?? {})),
    );
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

const says = (channel: Channel, content: string) =>
  hub.alice.client.call(sendMessage, { params: { space: hub.space.id, channel: channel.id }, body: { content } });

async function newFollower(): Promise<{ puppet: Puppet; user: PuppetUser; listener: Listener }> {
  const puppet = await Puppet.open(hub.network);
  const user = new PuppetUser(puppet, 'carol');
  await hub.joins(user);
  return { puppet, user, listener: await Listener.of(puppet) };
}

test('[LIVE-1] a live connection is signed like any request', async () => {
  const refusedWith = (mischief: Parameters<Puppet['opensLive']>[1]) => hub.puppet.opensLive(hub.a.name, mischief);
  assert.equal(await refusedWith({ change: (headers) => delete headers['signature'] }), 401);
  assert.equal(await refusedWith({ to: 'other.example' }), 421);
  assert.equal(await refusedWith({ target: '/federation/v1/nothing' }), 404);
  await hub.a.homeserver.federation!.block(hub.puppet.name, null);
  assert.equal(await refusedWith({}), 403);
  await hub.a.homeserver.federation!.allow(hub.puppet.name);
});

test('[LIVE-2] [LIVE-3] heads come first, then each line as it is stored', async () => {
  const { listener } = await newFollower();
  const first = await listener.heads(() => true);
  assert.deepEqual(Object.keys(first.streams ?? {}).sort(), ['_', ...hub.space.channels.map(({ id }) => id)].sort());
  await hub.alice.says(hub.space, 'live to others');
  const { stream, lines } = await listener.hears('live to others');
  assert.equal(stream, hub.talk.channel);
  const stored = await hub.gets(hub.streamPath(hub.talk.channel));
  assert.deepEqual(stored.lines.slice(-lines.length), lines);
  listener.socket.close();
});

test('[LIVE-2] [VIS-1] a channel that appears is in the heads; one that is hidden is told no more (F119)', async () => {
  const { listener } = await newFollower();
  const secret = await newChannel(hub.alice, hub.space, 'backstage', { private: true });
  const open = await newChannel(hub.alice, hub.space, 'stage');
  await listener.heads((streams) => open.id in streams);
  await says(secret, 'nobody hears this');
  await says(open, 'everybody hears this');
  await listener.hears('everybody hears this');
  const from = listener.frames.length;
  await hub.alice.client.call(deleteChannel, { params: { space: hub.space.id, channel: open.id } });
  await listener.heads((streams) => !(open.id in streams), from);
  const all = JSON.stringify(listener.frames);
  assert.ok(!all.includes(secret.id) && !all.includes('nobody hears this') && !all.includes('backstage'));
  listener.socket.close();
});

test('[LIVE-2] [VIS-4] a server whose last member goes hears of it, and then that there is nothing', async () => {
  const { user, listener } = await newFollower();
  await listener.heads((streams) => '_' in streams);
  await hub.alice.client.call(kickMember, { params: { space: hub.space.id, user: user.id }, body: {} });
  await listener.heads((streams) => Object.keys(streams).length === 0);
  const at = listener.frames.findIndex(({ lines }) => lines.some((line) => line.includes('member.kick')));
  assert.ok(at >= 0);
  const from = listener.frames.length;
  await hub.alice.says(hub.space, 'not for them');
  await hub.joins(user);
  await listener.heads((streams) => '_' in streams, from);
  assert.ok(!JSON.stringify(listener.frames).includes('not for them'));
  listener.socket.close();
});

test('[LIVE-1] [LIVE-4] a new connection takes the place of the old one; nonsense ends it', async () => {
  const { puppet, listener } = await newFollower();
  const second = await Listener.of(puppet);
  assert.equal(await listener.until(() => listener.closed), 4409);
  second.socket.send('{"op":"later","x":1}');
  second.socket.send('{"op":"interest","channels":["x"]}');
  assert.equal(await second.until(() => second.closed), 4400);
});

test('[LIVE-7] what is not in the log goes to those who want it and may see it, and only of own users (F143)', async () => {
  const [one, two] = [await newFollower(), await newFollower()];
  for (const { listener } of [one, two]) await listener.heads(() => true);
  using watcher = await Watcher.of(hub.alice);
  const { space, channel } = hub.talk;
  const typing = (user: string) => ({ space, channel, user, kind: 'typing', ts: Date.now() });
  two.listener.socket.send(JSON.stringify({ op: 'interest', channels: [channel] }));
  // What comes after it proves that it was heard.
  two.listener.socket.send(JSON.stringify({ op: 'ephemeral', items: [typing(two.user.id)] }));
  await watcher.sees('typing.started', ({ user }) => user.id === two.user.id);
  const say = (...users: string[]) =>
    one.listener.socket.send(JSON.stringify({ op: 'ephemeral', items: users.map(typing) }));
  const more = { data: { text: 'nobody hears this' } };
  const items = [
    { ...typing(one.user.id), kind: 'reports.changed' },
    { ...typing(one.user.id), kind: 'x', ...more },
  ];
  one.listener.socket.send(JSON.stringify({ op: 'ephemeral', items }));
  one.listener.socket.send(JSON.stringify({ op: 'ephemeral', items: [{ ...typing(one.user.id), ...more }] }));
  say(two.user.id, hub.alice.account.id);
  const { items: told } = await two.listener.until(() => two.listener.frames.find(({ op }) => op === 'ephemeral'));
  assert.deepEqual(
    told?.map(({ user, kind, data }) => [user, kind, data]),
    [[one.user.id, 'typing', undefined]],
  );
  await watcher.sees('typing.started', ({ user }) => user.id === one.user.id);
  await hub.alice.client.call(startTyping, { params: hub.talk });
  await two.listener.until(() =>
    two.listener.frames.find(({ op, items: heard }) => op === 'ephemeral' && heard?.[0]?.user === hub.alice.account.id),
  );
  await hub.alice.says(hub.space, 'after typing');
  await one.listener.hears('after typing');
  assert.equal(one.listener.frames.filter(({ op }) => op === 'ephemeral').length, 0, 'not interested');
  for (const { listener } of [one, two]) listener.socket.close();
});

test('[LIVE-8] a server without a connection is told once that there is something', async () => {
  const puppet = await Puppet.open(hub.network);
  const noticed: string[] = [];
  let told: () => void = () => undefined;
  const notice = new Promise<void>((resolve) => (told = resolve));
  puppet.answer = (request, response) => {
    if (request.url === '/.well-known/folkmoot') return void response.end(puppet.documentText());
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      noticed.push(`${request.method} ${request.url} ${body}`);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      told();
    });
  };
  const user = new PuppetUser(puppet, 'dora');
  await hub.joins(user);
  await Promise.all(Array.from({ length: 20 }, (_, at) => hub.alice.says(hub.space, `while away ${at}`)));
  await notice;
  assert.equal(noticed.length, 1);
  assert.match(noticed[0]!, /^POST \/federation\/v1\/notify \{"spaces":\[\{"heads":/);
  assert.ok(noticed[0]!.includes(hub.space.id));
});
