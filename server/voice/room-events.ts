import type { VoiceNotice, VoiceNoticeName } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import { type RoomEvents, shownProducer } from './media-room.ts';
import type { Participant, Seat } from './participant.ts';
import type { Peer } from './peer.ts';

export interface RoomTeller {
  notify<T extends VoiceNoticeName>(seats: Iterable<Seat>, t: T, d: VoiceNotice<T>): void;
  tellState(participant: Participant): void;
  lost(): void;
}

/** What happens to the media of a room, told to those who are in it. */
export function roomEvents(
  { participants }: { participants: ReadonlySet<Participant> },
  { notify, tellState, lost }: RoomTeller,
): RoomEvents {
  const seats = (some: Iterable<Participant> = participants) => [...some].map(({ seat }) => seat);
  const of = (peer: Peer) => [...participants].find((one) => one.peer === peer);
  const tellSender = (peer: Peer) => {
    const participant = of(peer);
    if (participant !== undefined) tellState(participant);
  };
  return {
    added: (made) => {
      const others = [...participants].filter((one) => one.peer !== undefined && one.peer !== made.peer);
      notify(seats(others), 'producers', { added: [shownProducer(made)], removed: [] });
      if (made.source !== 'mic') tellSender(made.peer);
    },
    removed: (made) => {
      notify(seats(), 'producers', { added: [], removed: [made.producer.id] });
      if (made.source !== 'mic') tellSender(made.peer);
    },
    paused: ({ producer }) => notify(seats(), 'paused', { producer: producer.id, paused: producer.paused }),
    layers: (peer, consumer, layers) => {
      const participant = of(peer);
      if (participant !== undefined) notify([participant.seat], 'layers', { consumer, ...layers });
    },
    speakers: (speakers, active) => notify(seats(), 'speakers', { speakers, active }),
    formats: (formats) => notify(seats(), 'formats', { formats }),
    lost,
  };
}
