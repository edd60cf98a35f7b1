import { randomUUID } from 'node:crypto';
import { voiceLimits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { Refusal } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { TailBatch } from '../../streams/tail.ts';
import { asMedia } from '../media-requests.ts';
import type { MediaRoom } from '../media-room.ts';
import type { Place } from '../participant.ts';
import type { Peer, PeerProducer } from '../peer.ts';
import { harmless } from '../rights-review.ts';
import { followLoss } from './player-layers.ts';
import { capabilitiesOf, type PlayedCodec, playedCodec } from './player-codecs.ts';
import type { AnsweredMedia } from './sdp-answer.ts';
import type { Offer, OfferedMedia } from './sdp-offer.ts';
import type { OpenedStream } from './stream-endpoint.ts';
import type { StreamTicket } from './stream-tokens.ts';

export interface ViewersParts {
  mediaOf(place: Place): MediaRoom | undefined;
  /** Throws Refusal where somebody may not, or not any more, let programs stream. */
  requireStreamer(place: Place, user: string): Promise<unknown>;
  log: Log;
}

interface Viewer {
  readonly ticket: StreamTicket;
  readonly gone: () => void;
}

/** Something that is shown, and the part of the offer that is to take it. */
interface Played extends PlayedCodec {
  made: PeerProducer;
  media: OfferedMedia;
}

/** Players that watch what is streamed into a voice channel: screens and their sound, never cameras and microphones. [VOX-21] */
export class Viewers {
  readonly #parts: ViewersParts;
  readonly #viewers = new Set<Viewer>();

  constructor(parts: ViewersParts) {
    this.#parts = parts;
  }

  async open(ticket: StreamTicket, offer: Offer, gone: () => void): Promise<OpenedStream> {
    const { requireStreamer, mediaOf } = this.#parts;
    this.#requireRoomFor(ticket);
    const viewer: Viewer = { ticket, gone };
    this.#viewers.add(viewer);
    try {
      await requireStreamer(ticket, ticket.user);
      const room = mediaOf(ticket);
      const shown = room?.shownBy(ticket.watches) ?? [];
      if (room === undefined || shown.length === 0) throw new Refusal('not_streaming', { retry: 5_000 });
      const played = shown.flatMap((made) => playedOf(made, offer) ?? []);
      if (played.length === 0) throw new Refusal('bad_media');
      const codecs = played.map(({ carried }) => carried);
      const peer = await asMedia(() => room.addPlayer(ticket.user, played[0]!.made, codecs));
      const end = () => {
        this.#viewers.delete(viewer);
        room.removePeer(peer);
      };
      try {
        peer.consumers.rtpCapabilities = capabilitiesOf(played, offer.media);
        const media = await asMedia(async () => {
          await peer.connect(peer.transports.receive.id, offer.dtls);
          return play(room, peer, played, offer, gone);
        });
        return {
          media,
          transport: peer.transports.receive,
          isAlive: () => peer.isReceiving,
          restartIce: () => asMedia(() => peer.restartIce(peer.transports.receive.id)),
          end,
        };
      } catch (error) {
        end();
        throw error;
      }
    } catch (error) {
      this.#viewers.delete(viewer);
      throw error;
    }
  }

  /** Whoever asked for the token may have lost what it asks for. */
  follow({ events }: TailBatch): void {
    if (this.#viewers.size === 0) return;
    const changed = new Set(events.filter(({ event }) => !harmless.test(event.type)).map(({ event }) => event.space));
    for (const viewer of this.#viewers) if (changed.has(viewer.ticket.space)) void this.#lookAt(viewer);
  }

  async #lookAt({ ticket, gone }: Viewer): Promise<void> {
    try {
      await this.#parts.requireStreamer(ticket, ticket.user);
    } catch (error) {
      if (!(error instanceof Refusal))
        this.#parts.log.error({ err: error }, 'the rights of a viewer could not be read');
      gone();
    }
  }

  #requireRoomFor({ id, space, channel }: StreamTicket): void {
    const { viewersPerToken, viewersPerChannel } = voiceLimits;
    const there = [...this.#viewers].filter(({ ticket }) => ticket.space === space && ticket.channel === channel);
    if (there.filter(({ ticket }) => ticket.id === id).length >= viewersPerToken)
      throw new Refusal('limit_reached', { most: viewersPerToken });
    if (there.length >= viewersPerChannel) throw new Refusal('limit_reached', { most: viewersPerChannel });
  }
}

function playedOf(made: PeerProducer, { media }: Offer): Played | undefined {
  const section = media.find(({ kind, receives }) => receives && kind === made.producer.kind);
  const codec = section && playedCodec(made, section);
  return codec && { ...codec, made, media: section };
}

/** Answers every part of the offer; it is over when something that is played is. */
async function play(
  room: MediaRoom,
  peer: Peer,
  played: readonly Played[],
  offer: Offer,
  gone: () => void,
): Promise<AnsweredMedia[]> {
  const stream = randomUUID();
  const media: AnsweredMedia[] = [];
  for (const section of offer.media) {
    const { kind, mid } = section;
    const one = played.find((found) => found.media === section);
    const answered = { kind, mid, direction: 'sendonly', codec: undefined, extensions: [] } as const;
    if (one === undefined) {
      // Not refused where that can be avoided: some players (aiortc) take no answer with a refused part.
      media.push({ ...answered, direction: 'inactive', codec: section.codecs[0] });
      continue;
    }
    const { consumer } = await room.consume(peer, one.made.producer.id);
    consumer.observer.once('close', gone);
    await followLoss(consumer);
    await peer.consumers.pause(consumer.id, false);
    const { codecs, encodings, headerExtensions, rtcp } = consumer.rtpParameters;
    const { rtcpFeedback } = codecs[0] ?? {};
    media.push({
      ...answered,
      codec: { ...one.offered, ...(rtcpFeedback === undefined ? {} : { rtcpFeedback }) } as AnsweredMedia['codec'],
      extensions: (headerExtensions ?? []).map(({ id, uri }) => ({ id, uri })),
      source: { ssrc: encodings?.[0]?.ssrc ?? 0, cname: rtcp?.cname ?? stream, stream },
    });
  }
  return media;
}
