import { findMediaWorker } from '../set-up/media-worker-place.mjs';
import { phoneEnvironment } from '../testing/call-of-phones.ts';
import { freeMediaPort } from '../testing/free-media-port.ts';
import type { MediaLegs } from '../testing/media-legs.ts';
import { Phone, type PhoneOwner } from '../testing/phone.ts';
import type { Voice } from '../testing/phone-stay.ts';
import { spawnHomeserver } from '../testing/start-homeserver.ts';
import type { VoicePlace } from '../testing/voice-people.ts';
import { BareVoice } from './bare-voice.ts';
import { gatherCrowd } from './crowd.ts';
import type { Report } from './report.ts';
import { performCrowd, type CrowdFigures } from './voice-crowd-act.ts';
import { mediaWorkersOf, openVoicePlace } from './voice-crowd-place.ts';

const TALKING = 10;
/** They have a microphone and say nothing; with them the room is one that hears only those heard last. */
const SILENT = 4;
const LISTENERS = 300;
const WORKERS = 2;
const AIM = { lastMs: 2_000, loss: 0.002 };

/** Where a crowd meets: a homeserver, or mediasoup alone. */
export interface CrowdStage {
  phone(owner: PhoneOwner, legs: MediaLegs, voice: Voice): Promise<Phone>;
  place: VoicePlace;
  /** Of its media workers. */
  pids(): number[];
}

/**
 * Ten who talk and three hundred who listen in one voice channel: what gets lost, what the media workers need, and how long the last one takes
 * from the click until all ten are heard, beside the same crowd on mediasoup alone.
 */
export async function run(): Promise<Report> {
  const { file, reason } = findMediaWorker();
  if (file === undefined) throw new Error(reason);
  await using crowd = await gatherCrowd(TALKING + SILENT + LISTENERS);
  const act = { talking: TALKING, silent: SILENT, listeners: LISTENERS, workers: WORKERS };
  const bare = await performCrowd(act, await freeMediaPort(WORKERS), async (port, use) => {
    await using voice = await BareVoice.open(file, port, WORKERS);
    const owners = crowd.users.map((user) => ({ user, token: '' }));
    const phone: CrowdStage['phone'] = async ({ user }, legs, how) => {
      const made: Phone = new Phone(
        voice.line(user, (notice) => made.notice(notice)),
        legs,
        how,
      );
      return made;
    };
    return await use({ phone, pids: () => voice.pids, place: { space: '', channel: '' } }, owners);
  });
  const ours = await performCrowd(act, await freeMediaPort(WORKERS), async (port, use) => {
    const environment = phoneEnvironment(port, WORKERS);
    await using homeserver = await spawnHomeserver({ folder: crowd.folder, environment });
    const { url } = homeserver;
    const { place, owners } = await openVoicePlace(url, crowd);
    const phone: CrowdStage['phone'] = (owner, legs, how) => Phone.at(url, owner, legs, how);
    return await use({ phone, place, pids: () => mediaWorkersOf(homeserver.process.pid as number) }, owners);
  });
  return {
    name: 'voice-crowd',
    ratio: costOf(ours) / costOf(bare),
    aim: `no loss that bare mediasoup does not have, and the last is in within ${AIM.lastMs} ms`,
    reached: ours.loss <= bare.loss + AIM.loss && ours.lastMs <= AIM.lastMs,
    figures: { talking: TALKING, listeners: LISTENERS, ...figuresOf('ours', ours), ...figuresOf('bare', bare) },
  };
}

/** Processor time for what goes through, in cores; what is lost costs little. */
const costOf = ({ cores, consumers, loss }: CrowdFigures): number => cores / (consumers * (1 - loss));

const figuresOf = (who: string, crowd: CrowdFigures): Record<string, number> => ({
  [`${who}_loss`]: crowd.loss,
  [`${who}_cores`]: crowd.cores,
  [`${who}_consumers_per_core`]: 1 / costOf(crowd),
  [`${who}_last_in_ms`]: crowd.lastMs,
  [`${who}_all_in_ms`]: crowd.allMs,
});
