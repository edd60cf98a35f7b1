import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ClientFrame, ServerFrame } from '@folkmoot/protocol-spec/schemas/gateway/frames.ts';
import type { Channel, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Override } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import type { RoleRights } from '@folkmoot/protocol-spec/schemas/permissions-of.ts';
import { WebSocket } from 'ws';
import { systemClock } from '../base/clock.ts';
import { createLog } from '../base/log.ts';
import type { StoredLine } from '../streams/lines-store.ts';
import type { Reader } from '../storage/database.ts';
import type { AppliedEvent, Shown } from '../streams/binding.ts';
import { createSignals } from '../streams/signals.ts';
import { Conditions } from '../testing/conditions.ts';
import type { TailBatch } from '../streams/tail.ts';
import { Gateway, type GatewayOptions } from './gateway.ts';
import type { GatewayPorts, SessionWatcher } from './ports.ts';

/** What is true in a made-up homeserver. Whoever is in `members` of a space is a member, with those roles. */
export interface State {
  pos: number;
  spaces: Record<
    string,
    { owner: string; roles: RoleRights[]; channels: Record<string, Override[]>; members: Record<string, string[]> }
  >;
}

export interface Deed {
  type: string;
  space: string;
  actor?: string;
  body?: object;
  stream?: string;
  changesAccess?: boolean;
  /** What is different afterwards. */
  change?: (state: State) => void;
  shown?: Shown[];
}

/** Nobody follows who comes and goes. */
export const quiet: SessionWatcher = {
  connect: () => undefined,
  opened: () => undefined,
  detached: () => undefined,
  resumed: () => undefined,
  ended: () => undefined,
  idle: () => undefined,
  watch: () => undefined,
  settingChanged: () => undefined,
  leftSpace: () => undefined,
  relationsChanged: () => undefined,
};

export const everyone = (...permissions: string[]): RoleRights => ({
  id: 'everyone',
  name: 'everyone',
  rank: 0,
  permissions,
});

/** A gateway on a free port, before slices that are made up. The token of a user is its name; its session is `x_` and its name. */
export async function startGateway(options: Partial<GatewayOptions> = {}) {
  const state: State = { pos: 0, spaces: {} };
  const signals = createSignals();
  let listener: (batch: TailBatch) => Promise<void> | void = () => undefined;
  let last: Promise<void> = Promise.resolve();
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const gateway = new Gateway({
    database: { read: (work) => work(structuredClone(state) as unknown as Reader) },
    tail: {
      listen: (added) => void (listener = added),
      whenTold: (work) => void (last = last.then(() => work(structuredClone(state) as unknown as Reader, state.pos))),
    },
    signals,
    ports: portsOf(),
    presence: quiet,
    clock: systemClock,
    log: createLog({ level: 'silent', format: 'json' }),
    publicUrl: `http://localhost:${port}`,
    addressOf: (request) => request.socket.remoteAddress ?? '',
    cookieOf: () => undefined,
    rateLimits: false,
    ...options,
  });
  server.on('upgrade', (request, socket, head) => gateway.upgrade(request, socket, head));

  return {
    gateway,
    state,
    signals,
    port,
    url: `ws://127.0.0.1:${port}/gateway`,
    /** Commits deeds and tells them in one batch, with the snapshot after all of them. */
    commit(...deeds: Deed[]): Promise<void> {
      const events = deeds.map((deed) => {
        deed.change?.(state);
        state.pos++;
        const { shown = [], changesAccess = false } = deed;
        return { event: eventOf(deed, state.pos), line: {} as StoredLine, shown, changesAccess };
      });
      const reader = structuredClone(state) as unknown as Reader;
      last = last.then(() => listener({ reader, events }));
      return last;
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await gateway.close();
      await closeServer(server);
    },
  };
}

export type TestGateway = Awaited<ReturnType<typeof startGateway>>;

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

function eventOf({ type, space, actor = '', body = {}, stream = '_' }: Deed, pos: number): AppliedEvent {
  const place = { pos, space, stream, streamNo: 1, epoch: 1, seq: pos, ts: pos };
  return { ...place, type, actor, body, ref: [], home: '', intent: '', hub: undefined };
}

function portsOf(): GatewayPorts {
  const of = (reader: Reader) => reader as unknown as State;
  const visible = (state: State, space: string, user: string) =>
    Object.entries(state.spaces[space]?.channels ?? {}).filter(
      ([, overrides]) =>
        state.spaces[space]?.owner === user || !overrides.some(({ deny }) => deny.includes('channel.view')),
    );
  const spaceOf = (state: State, id: string, user: string): Space => {
    const channels = visible(state, id, user).map(([channel]) => ({ id: channel, view: { unread: 0 } }));
    return { id, channels, me: { roles: state.spaces[id]?.members[user] ?? [] } } as unknown as Space;
  };
  const isMember = (state: State, space: string, user: string) => state.spaces[space]?.members[user] !== undefined;
  return {
    authenticate: async (token) =>
      token.startsWith('u_') ? { user: token, session: `x_${token.slice(2)}` } : undefined,
    head: async (reader) => of(reader).pos,
    openingState: async (reader, user) => {
      const state = of(reader);
      const spaces = Object.keys(state.spaces).filter((space) => isMember(state, space, user));
      const account = { id: user, presence: { status: 'online', text: '' } };
      const opened = { account, spaces: spaces.map((space) => spaceOf(state, space, user)) };
      return { ...opened, pending: [], relationships: [], requests: [] } as never;
    },
    openingSpace: async (reader, user, space) =>
      isMember(of(reader), space, user) ? spaceOf(of(reader), space, user) : undefined,
    spaceAccess: async (reader, space) => {
      const found = of(reader).spaces[space];
      const channels = Object.entries(found?.channels ?? {}).map(([id, overrides]) => ({ id, overrides }));
      return found && { owner: found.owner, roles: found.roles, channels };
    },
    memberRoles: async (reader, space, user) => {
      const roles = of(reader).spaces[space]?.members[user];
      return roles && { roles };
    },
    channelView: async (_reader, _user, _space, channel) => ({
      channel: { id: channel } as Channel,
      view: { last: null, read: null, unread: 0, mentions: 0 },
    }),
  };
}

export type Frame = ServerFrame & { op: string; t?: string; d?: unknown };

/** A client that writes down what it is sent. */
export class TestClient {
  readonly socket: WebSocket;
  readonly frames: Frame[] = [];
  readonly closed: Promise<number>;
  readonly #conditions = new Conditions();

  constructor(url: string, options: object = {}) {
    this.socket = new WebSocket(url, { perMessageDeflate: false, ...options });
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code) => {
        resolve(code);
        this.#conditions.happened();
      });
    });
    this.socket.on('error', () => undefined);
    this.socket.on('message', (data: Buffer) => {
      this.frames.push(JSON.parse(data.toString()) as Frame);
      this.#conditions.happened();
    });
  }

  get events(): Frame[] {
    return this.frames.filter(({ op }) => op === 'event');
  }

  send(frame: ClientFrame): void {
    this.socket.send(JSON.stringify(frame));
  }

  /** Waits until something is so; it fails when the socket closes before. */
  until<T>(find: () => T | undefined | false): Promise<T> {
    return this.#conditions.until(() => {
      const found = find();
      if (found !== undefined && found !== false) return found;
      if (this.socket.readyState === WebSocket.CLOSED) throw new Error('the gateway closed the socket');
      return undefined;
    });
  }

  sees(op: string): Promise<Frame> {
    return this.until(() => this.frames.find((frame) => frame.op === op));
  }

  seesEvent(t: string): Promise<Frame> {
    return this.until(() => this.frames.find((frame) => frame.t === t));
  }

  async opens(): Promise<void> {
    await this.sees('hello');
  }

  /** Id of its gateway session. */
  async identifies(user: string): Promise<string> {
    await this.opens();
    this.send({ op: 'identify', token: user });
    const ready = (await this.sees('ready')) as Frame & { session: string };
    return ready.session;
  }
}
