import type { Source, VoiceAnswer, VoiceRequest } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import { voiceLimits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { Permission } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import { Refusal } from '../base/errors.ts';
import type { MediaRoom } from './media-room.ts';
import { isOfDeadWorker } from './media-workers.ts';
import type { Participant } from './participant.ts';
import type { Peer } from './peer.ts';
import { shownConsumer } from './peer-consumers.ts';

const sources: Record<Source, { permission: Permission; most: number }> = {
  mic: { permission: 'voice.speak', most: voiceLimits.producersOfMic },
  camera: { permission: 'voice.video', most: voiceLimits.producersOfCamera },
  screen: { permission: 'voice.screen', most: voiceLimits.producersOfScreen },
  screen_audio: { permission: 'voice.screen', most: voiceLimits.producersOfScreenAudio },
};

export function requirePeer({ peer }: Participant): Peer {
  if (peer === undefined || peer.isClosed) throw new Refusal('not_in_voice');
  return peer;
}

export async function connect(
  peer: Peer,
  { transport, dtls_parameters: dtls }: VoiceRequest<'connect'>,
): Promise<void> {
  await asMedia(() => peer.connect(transport, dtls));
}

export async function restartIce(
  peer: Peer,
  { transport }: VoiceRequest<'restart_ice'>,
): Promise<VoiceAnswer<'restart_ice'>> {
  return { ice_parameters: await asMedia(() => peer.restartIce(transport)) };
}

export async function produce(
  media: MediaRoom,
  participant: Participant,
  { kind, source, rtp_parameters: rtpParameters, paused = false }: VoiceRequest<'produce'>,
  now: number,
): Promise<VoiceAnswer<'produce'>> {
  const peer = requirePeer(participant);
  const { permission, most } = sources[source];
  const { permissions, until } = participant.rights;
  if (!permissions.has(permission)) {
    if (until !== null && until > now) throw new Refusal('timed_out', { until });
    throw new Refusal('missing_permission', { permission });
  }
  if ([...peer.producers.values()].filter((one) => one.source === source).length >= most)
    throw new Refusal('limit_reached', { source, most });
  const isFirst = () => participant.rights.permissions.has('voice.priority');
  const made = await asMedia(() => media.produce(peer, { kind, source, rtpParameters, paused, isFirst }));
  // What is decided meanwhile closes what there is; this was not there yet.
  if (!participant.rights.permissions.has(permission)) {
    made.producer.close();
    throw new Refusal('missing_permission', { permission });
  }
  return { producer: made.producer.id };
}

export async function consume(
  media: MediaRoom,
  peer: Peer,
  { producers, rtp_capabilities: rtpCapabilities }: VoiceRequest<'consume'>,
): Promise<VoiceAnswer<'consume'>> {
  if (rtpCapabilities !== undefined) {
    peer.consumers.rtpCapabilities = rtpCapabilities;
    media.compareFormats();
  }
  if (peer.consumers.rtpCapabilities === undefined)
    throw new Refusal('invalid_body', { path: '/d/rtp_capabilities', expected: 'with the first consume after join' });
  const answer: VoiceAnswer<'consume'> = { consumers: [], refused: [] };
  const asked = await Promise.allSettled(
    [...new Set(producers)].map(async (producer) => {
      try {
        return { consumer: await asMedia(() => media.consume(peer, producer)) };
      } catch (error) {
        if (error instanceof Refusal) return { producer, code: error.code };
        throw error;
      }
    }),
  );
  for (const one of asked) {
    if (one.status === 'rejected') throw one.reason;
    if ('consumer' in one.value) answer.consumers.push(shownConsumer(one.value.consumer));
    else answer.refused.push(one.value);
  }
  return answer;
}

export async function setPaused(
  peer: Peer,
  { producers = [], consumers = [] }: VoiceRequest<'pause'>,
  paused: boolean,
): Promise<void> {
  for (const id of producers) peer.requireProducer(id);
  for (const id of consumers) peer.consumers.require(id);
  await asMedia(() =>
    Promise.all([
      ...producers.map((id) => peer.pauseProducer(id, paused)),
      ...consumers.map((id) => peer.consumers.pause(id, paused)),
    ]),
  );
}

export async function layers(peer: Peer, { consumers }: VoiceRequest<'layers'>): Promise<void> {
  for (const { consumer: id, spatial, temporal, priority } of consumers) {
    const { consumer } = peer.consumers.require(id);
    if (consumer.kind !== 'video') throw new Refusal('bad_media');
    const wanted = { spatialLayer: spatial, ...(temporal === undefined ? {} : { temporalLayer: temporal }) };
    await asMedia(async () => {
      await peer.consumers.setLayers(id, wanted);
      if (priority !== undefined) await consumer.setPriority(priority);
    });
  }
}

export function shut(peer: Peer, { producers = [], consumers = [] }: VoiceRequest<'close'>): void {
  const mine = producers.map((id) => peer.requireProducer(id));
  const taken = consumers.map((id) => peer.consumers.require(id));
  for (const { producer } of mine) producer.close();
  for (const { consumer } of taken) consumer.close();
}

/** mediasoup throws over parameters that it cannot use, and over what was closed meanwhile: both is no bug of ours. */
export async function asMedia<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    if (isOfDeadWorker(error)) throw new Refusal('unavailable', { retry: 200 }, { cause: error });
    throw new Refusal('bad_media', {}, { cause: error });
  }
}
