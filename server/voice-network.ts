import type { EphemeralItem } from '@folkmoot/protocol-spec/schemas/federation/live.ts';
import { type CallDeclined, CallItemData, peerVoiceToken } from '@folkmoot/protocol-spec/schemas/federation/voice.ts';
import { readerOf } from '@folkmoot/protocol-spec/schemas/check.ts';
import { nobody } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { Call, CallEnd } from '@folkmoot/protocol-spec/schemas/voice-state.ts';
import { guestLimits } from '@folkmoot/protocol-spec/schemas/gateway/guest-voice.ts';
import { Refusal } from './base/errors.ts';
import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import type { Config } from './base/settings.ts';
import type { Federation } from './federation/federation.ts';
import type { Follower } from './federation/follower/follower.ts';
import { refusalOf } from './federation/follower/refusal-of.ts';
import { PeerRefusal } from './federation/peer-refusal.ts';
import { clientAddress } from './http/client-address.ts';
import { homesOf } from './people-network.ts';
import type { Database } from './storage/database.ts';
import type { Signal, Signals } from './streams/signals.ts';
import { RoomsElsewhere } from './voice/elsewhere/rooms-elsewhere.ts';
import type { CallsParts } from './voice/calls/calls.ts';
import { hubOfVoice } from './voice/find-rights.ts';
import { GUEST_PATH, GuestDoor } from './voice/guests/guest-door.ts';
import { VoiceTokens } from './voice/guests/voice-tokens.ts';
import type { Place } from './voice/participant.ts';
import type { Voice } from './voice/voice.ts';

export interface VoiceNetworkParts {
  voice: Voice;
  federation: Federation;
  follower: Follower;
  database: Pick<Database, 'read'>;
  signals: Signals;
  config: Config;
  missedCall: CallsParts['missed'];
  clock: Clock;
  log: Log;
  timing?: Partial<Record<'homeMs' | 'statesMs' | 'refreshMs', number>>;
}

/** Refusals of a hub that mean the same to a client here. */
const handedOn = ['missing_permission', 'voice_off', 'timed_out', 'unavailable', 'bots_cannot'] as const;

/** Voice between homeservers: members from elsewhere in rooms here, and members of here in rooms elsewhere. */
export function voiceNetwork(parts: VoiceNetworkParts): { door: GuestDoor } & Disposable {
  const { voice, federation, follower, database, signals, config, clock, log, timing = {} } = parts;
  const { server_name: self, public_url: publicUrl } = config;
  const tokens = new VoiceTokens({ hub: self, clock });
  const door = new GuestDoor({
    voice,
    tokens,
    addressOf: clientAddress(config.trusted_proxies),
    isHomeLive: (server) => federation.isConnected(server),
    clock,
    rateLimits: config.rate_limits === 'on',
    ...(timing.homeMs === undefined ? {} : { homeMs: timing.homeMs }),
  });
  const elsewhere = new RoomsElsewhere({
    self,
    database,
    signals,
    askToken: (seat, place, key) => askToken(seat.user, place, key),
    say: (_, item) => follower.say(item),
    leftHere: (user) => voice.wentElsewhere(user),
    busyOf: (users, call) => voice.busyOf(users, call),
    missed: parts.missedCall,
    clock,
    log,
    ...(timing.statesMs === undefined ? {} : { statesMs: timing.statesMs }),
  });
  voice.elsewhere = elsewhere;

  async function askToken(user: string, place: Place, key: string) {
    const who = { user, server: self, now: clock.now() };
    const hub = await database.read((reader) => hubOfVoice(reader, place, who));
    if (hub === undefined) throw new Refusal('conflict');
    try {
      const body = { v: 1 as const, ...place, user, key };
      const { url, token, expires } = await federation.ask(hub, peerVoiceToken, { body });
      return { url, token, expires };
    } catch (error) {
      const code = error instanceof PeerRefusal ? handedOn.find((one) => one === error.code) : undefined;
      if (code === undefined) throw refusalOf(error);
      const { details, retry } = error as PeerRefusal;
      throw new Refusal(code, { ...details, ...(retry === undefined ? {} : { retry }), hub });
    }
  }

  const tellAll = (only?: string, space?: string) => {
    const to = only === undefined ? undefined : { only };
    for (const one of voice.calls.all())
      if (space === undefined || one.space === space) federation.tell(callItem(one.space, one.call, clock.now()), to);
    for (const one of voice.inside)
      if (space === undefined || one.space === space)
        federation.tell(
          {
            space: one.space,
            channel: one.state.channel,
            user: one.state.user.id,
            kind: 'voice.state',
            ts: clock.now(),
            data: { state: one.state },
          },
          to,
        );
  };
  const refresh = setInterval(() => tellAll(), timing.refreshMs ?? guestLimits.refreshMs).unref();

  signals.listen((signal) => {
    const item = itemOf(signal, clock.now());
    if (item) federation.tell(item);
  });
  follower.onHeard((hub, items) => {
    elsewhere.take(hub, items).catch((error: unknown) => log.warn({ err: error, hub }, 'who is in voice was not read'));
  });
  follower.onReached((hub) => elsewhere.reached(hub));
  federation.onPolicy((server, isWelcome) => {
    if (!isWelcome) door.end(server);
  });
  federation.voice.desk = {
    async issue(server, { space, channel, user, key }) {
      const place = { space, channel };
      if ((await homeOf(user)) !== server) throw new Refusal('not_found');
      await voice.requireEntry(place, user);
      const { token, expires } = await tokens.issue({ user, home: server, ...place }, key);
      return { url: `${publicUrl.replace(/^http/, 'ws')}${GUEST_PATH}`, token, expires };
    },
    heard(server, items) {
      for (const item of items) {
        if (item.kind === 'voice.out') door.end(server, item.user);
        const declined = item.kind === 'call.declined' ? readDeclined(item.data) : undefined;
        if (declined)
          decline(server, item, declined).catch((error: unknown) =>
            log.warn({ err: error, server }, 'a call rings on'),
          );
      }
    },
    told: (server, space) => tellAll(server, space),
  };

  async function decline(
    server: string,
    { space, user }: EphemeralItem,
    { call, reason }: CallDeclined,
  ): Promise<void> {
    if ((await homeOf(user)) === server) voice.calls.declined(space, call, user, reason);
  }

  async function homeOf(user: string): Promise<string | null | undefined> {
    return (await database.read((reader) => homesOf(reader, [user]))).get(user);
  }

  return {
    door,
    [Symbol.dispose]() {
      clearInterval(refresh);
      door.close();
      elsewhere[Symbol.dispose]();
    },
  };
}

const readDeclined = readerOf(CallItemData['call.declined']);

const callItem = (space: string, call: Call, ts: number): EphemeralItem => ({
  space,
  channel: call.channel,
  user: call.by.id,
  kind: 'call.state',
  ts,
  data: { call },
});

/** What clients here are told of voice, for followers. */
function itemOf(signal: Signal, ts: number): EphemeralItem | undefined {
  if (signal.kind !== 'shown') return undefined;
  const { t: kind, d } = signal.shown;
  if (kind === 'voice.left') {
    const { space, channel, user } = d as { space: string; channel: string; user: string };
    return { space, channel, user, kind, ts };
  }
  if (kind === 'call.state') {
    const { space, call } = d as { space: string; call: Call };
    return callItem(space, call, ts);
  }
  if (kind === 'call.ended') {
    const { space, channel, call, reason } = d as { space: string; channel: string; call: string; reason: CallEnd };
    return { space, channel, user: nobody, kind, ts, data: { call, reason } };
  }
  if (kind !== 'voice.state') return undefined;
  const { space, state } = d as { space: string; state: { channel: string; user: { id: string } } };
  return { space, channel: state.channel, user: state.user.id, kind, ts, data: { state } };
}
