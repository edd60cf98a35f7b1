import type { VoiceAnswer } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import type { Clock } from '../base/clock.ts';
import { Refusal } from '../base/errors.ts';
import type { Calls } from './calls/calls.ts';
import type { AnyRequest } from './check-request.ts';
import type { VoiceElsewhere } from './elsewhere/ports.ts';
import type { Entrance } from './entrance.ts';
import { connect, consume, layers, produce, requirePeer, restartIce, setPaused, shut } from './media-requests.ts';
import type { VoiceModeration } from './moderation.ts';
import { isGuest, type Participant, type Place, rightsShown, type Seat, stateOf } from './participant.ts';
import type { StreamTokens } from './programs/stream-tokens.ts';
import type { Rooms } from './rooms.ts';

export interface RequestParts {
  rooms: Rooms;
  entrance: Entrance;
  moderation: VoiceModeration;
  calls: Pick<Calls, 'declined'>;
  streams: Pick<StreamTokens, 'issue'>;
  elsewhere: () => VoiceElsewhere | undefined;
  clock: Clock;
}

/** What each method does. Throws Refusal. [VOX-2] */
export async function answerRequest(parts: RequestParts, seat: Seat, request: AnyRequest): Promise<object> {
  const { rooms, entrance, moderation, calls, elsewhere } = parts;
  switch (request.method) {
    case 'join':
      return entrance.join(seat, request.d);
    case 'token': {
      const { key, ...place } = request.d;
      const others = elsewhere();
      if (others === undefined || isGuest(seat)) throw new Refusal('voice_off');
      return others.token(seat, place, key);
    }
    case 'stream_token':
      return streamToken(parts, seat, request.d, { kind: 'send' });
    case 'watch_token':
      return streamToken(parts, seat, request.d, { kind: 'watch', watches: request.d.user ?? null });
    case 'sync':
      return syncOf(rooms, seat);
    case 'connect':
      await connect(requirePeer(requireIn(rooms, seat)), request.d);
      return {};
    case 'restart_ice':
      return restartIce(requirePeer(requireIn(rooms, seat)), request.d);
    case 'produce': {
      const participant = requireIn(rooms, seat);
      return produce(rooms.requireMedia(participant), participant, request.d, parts.clock.now());
    }
    case 'consume': {
      const participant = requireIn(rooms, seat);
      return consume(rooms.requireMedia(participant), requirePeer(participant), request.d);
    }
    case 'pause':
    case 'resume':
      await setPaused(requirePeer(requireIn(rooms, seat)), request.d, request.method === 'pause');
      return {};
    case 'layers':
      await layers(requirePeer(requireIn(rooms, seat)), request.d);
      return {};
    case 'close':
      shut(requirePeer(requireIn(rooms, seat)), request.d);
      return {};
    case 'set': {
      const participant = requireIn(rooms, seat);
      await rooms.changes.setOwn(participant, request.d);
      return { state: stateOf(participant) } satisfies VoiceAnswer<'set'>;
    }
    case 'leave': {
      const participant = rooms.people.bySeat(seat);
      if (participant !== undefined) rooms.goOut(participant);
      return {};
    }
    case 'decline': {
      const { space, call } = request.d;
      const isDeclined =
        calls.declined(space, call, seat.user, 'declined') || elsewhere()?.declined(space, call, seat.user);
      if (!isDeclined) throw new Refusal('not_found');
      return {};
    }
    case 'moderate':
      await moderation.mute(seat, request.d);
      return {};
    case 'move':
      await moderation.move(seat, request.d);
      return {};
    case 'disconnect':
      await moderation.disconnect(seat, request.d);
      return {};
  }
}

async function streamToken(
  { entrance, streams }: RequestParts,
  seat: Seat,
  place: Place,
  use: Parameters<StreamTokens['issue']>[2],
): Promise<VoiceAnswer<'stream_token'>> {
  if (isGuest(seat)) throw new Refusal('forbidden');
  await entrance.requireStreamer(place, seat.user);
  return streams.issue(seat, place, use);
}

function syncOf(rooms: Rooms, seat: Seat): VoiceAnswer<'sync'> {
  const participant = requireIn(rooms, seat);
  const media = rooms.requireMedia(participant);
  return {
    state: stateOf(participant),
    rights: rightsShown(participant.rights),
    producers: media.producers.filter((one) => one.user !== seat.user),
    consumers: requirePeer(participant).consumers.ids,
    speakers: media.speakers,
    formats: media.formats,
  };
}

function requireIn(rooms: Rooms, seat: Seat): Participant {
  const participant = rooms.people.bySeat(seat);
  if (participant === undefined) throw new Refusal('not_in_voice');
  return participant;
}
