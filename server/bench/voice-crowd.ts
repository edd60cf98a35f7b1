import { setTimeout as delay } from 'node:timers/promises';
import { findMediaWorker } from '../set-up/media-worker-place.mjs';
import { phoneEnvironment } from '../testing/call-of-phones.ts';
import { freeMediaPort } from '../testing/free-media-port.ts';
import { MediaLegs } from '../testing/media-legs.ts';
import { Phone, type PhoneOwner } from '../testing/phone.ts';
import type { Voice } from '../testing/phone-stay.ts';
import { spawnHomeserver } from '../testing/start-homeserver.ts';
import type { VoicePlace } from '../testing/voice-people.ts';
import { BareVoice } from './bare-voice.ts';
import { gatherCrowd } from './crowd.ts';
import { cpuSeconds } from './process-meter.ts';
import type { Report } from './report.ts';
import { mediaWorkersOf, openVoicePlace } from './voice-crowd-place.ts';

const TALKING = 10;
/** They have a microphone and say nothing; with them the room is one that hears only those heard last. */
const SILENT = 4;
/** Listeners whose packets are counted; to the others packets are only sent. */
const COUNTED = 20;
const LISTENERS = 300;
const WORKERS = 2;
const SECONDS = 5;
const TOGETHER = 10;
const AIM = { lastMs: 2_000, loss: 0.002 };

interface Stage {
  phone(owner: PhoneOwner, legs: MediaLegs, voice: Voice): Promise<Phone>;
  place: VoicePlace;
  /** Of its media workers. */
  pids(): number[];
}

interface Measured {
  loss: number;
  cores: number;
  lastMs: number;
  allMs: number;
}

/**
 * Ten who talk and three hundred who listen in one voice channel: what gets lost, what the media workers need, and how long the last one takes
 * to come in and hear all ten, beside the same crowd on mediasoup alone.
 */
export async function run(): Promise<Report> {
  const { file, reason } = findMediaWorker();
  if (file === undefined) throw new Error(reason);
  await using crowd = await gatherCrowd(TALKING + SILENT + LISTENERS);
  const bare = await perform(async (port, use) => {
    await using voice = await BareVoice.open(file, port, WORKERS);
    const owners = crowd.users.map((user) => ({ user, token: '' }));
    const phone: Stage['phone'] = async ({ user }, legs, how) => {
      const made = new Phone(
        voice.line(user, (notice) => made.notice(notice)),
        legs,
        how,
      );
      return made;
    };
    return await use({ phone, pids: () => voice.pids, place: { space: '', channel: '' } }, owners);
  });
  const ours = await perform(async (port, use) => {
    const environment = phoneEnvironment(port, WORKERS);
    await using homeserver = await spawnHomeserver({ folder: crowd.folder, environment });
    const { url } = homeserver;
    const { place, owners } = await openVoicePlace(url, crowd);
    const phone: Stage['phone'] = (owner, legs, how) => Phone.at(url, owner, legs, how);
    return await use({ phone, place, pids: () => mediaWorkersOf(homeserver.process.pid as number) }, owners);
  });
  return {
    name: 'voice-crowd',
    ratio: ours.cores / bare.cores,
    aim: `no loss that bare mediasoup does not have, and the last is in within ${AIM.lastMs} ms`,
    reached: ours.loss <= bare.loss + AIM.loss && ours.lastMs <= AIM.lastMs,
    figures: {
      talking: TALKING,
      listeners: LISTENERS,
      ours_loss: ours.loss,
      bare_loss: bare.loss,
      ours_cores: ours.cores,
      bare_cores: bare.cores,
      ours_last_in_ms: ours.lastMs,
      bare_last_in_ms: bare.lastMs,
      ours_all_in_ms: ours.allMs,
      bare_all_in_ms: bare.allMs,
    },
  };
}

async function perform(
  open: (port: number, use: (stage: Stage, owners: readonly PhoneOwner[]) => Promise<Measured>) => Promise<Measured>,
): Promise<Measured> {
  const port = await freeMediaPort(WORKERS);
  const ports = Array.from({ length: WORKERS }, (_, at) => port + at);
  await using counted = await MediaLegs.open(ports, 2 * (TALKING + SILENT) + COUNTED);
  await using others = await MediaLegs.open(ports, LISTENERS - COUNTED);
  return await open(port, (stage, owners) => measure(stage, owners, counted, others));
}

async function measure(
  { phone: phoneOf, place, pids }: Stage,
  owners: readonly PhoneOwner[],
  counted: MediaLegs,
  others: MediaLegs,
): Promise<Measured> {
  const talking = owners.slice(0, TALKING).map(({ user }) => user);
  const voices: Voice[] = owners.map((_, at) => (at < TALKING ? 'loud' : at < TALKING + SILENT ? 'quiet' : 'none'));
  const first = TALKING + SILENT;
  const phones: Phone[] = [];
  const comeIn = async (at: number): Promise<Phone> => {
    const legs = at < first + COUNTED - 1 || at === owners.length - 1 ? counted : others;
    const phone = await phoneOf(owners[at]!, legs, voices[at]!);
    phones.push(phone);
    await phone.join(place);
    return phone;
  };
  try {
    const begun = performance.now();
    for (let at = 0; at < owners.length - 1; at += TOGETHER)
      await Promise.all(
        Array.from({ length: Math.min(TOGETHER, owners.length - 1 - at) }, (_, more) => comeIn(at + more)),
      );
    const allMs = performance.now() - begun;
    // Whoever receives so much on the same machine would be measured too.
    process.kill(others.pid, 'SIGSTOP');
    const late = performance.now();
    const last = await comeIn(owners.length - 1);
    await last.hears(talking);
    const lastMs = performance.now() - late;
    const hearing = [...phones.slice(first, first + COUNTED - 1), last];
    return { lastMs, allMs, ...(await listen(hearing, talking, counted, pids())) };
  } finally {
    process.kill(others.pid, 'SIGCONT');
    for (const phone of phones) phone[Symbol.dispose]();
  }
}

async function listen(hearing: readonly Phone[], talking: readonly string[], legs: MediaLegs, pids: readonly number[]) {
  const count = async () => {
    const received = await Promise.all(hearing.map((phone) => phone.received(talking)));
    return received.flatMap((sums) => [...sums.values()]).reduce((sum, { packets }) => sum + packets, 0);
  };
  const cpu = () => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const [packets, spoken, used, begun] = [await count(), legs.spoken, cpu(), performance.now()];
  await delay(SECONDS * 1_000);
  const [cores, said] = [((cpu() - used) * 1_000) / (performance.now() - begun), legs.spoken - spoken];
  const loss = Math.max(0, 1 - ((await count()) - packets) / (said * talking.length * hearing.length));
  return { cores, loss };
}
