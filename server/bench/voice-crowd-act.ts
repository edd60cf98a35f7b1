import { setTimeout as delay } from 'node:timers/promises';
import { MediaLegs } from '../testing/media-legs.ts';
import type { Phone, PhoneOwner } from '../testing/phone.ts';
import type { Voice } from '../testing/phone-stay.ts';
import { cpuSeconds } from './process-meter.ts';
import type { CrowdStage } from './voice-crowd.ts';

/** Listeners whose packets are counted; to the others packets are only sent. */
const COUNTED = 8;
/** They come in together. */
const TROOP = 20;
/** Of those who are not counted: what they are sent is to be dropped, and not to be kept. */
const SMALL_BUFFER = 32_768;
const SETTLE_MS = 1_000;
const LISTEN_MS = 3_000;
/** The one in which the least is lost counts: others may use the machine, too. */
const TURNS = 5;
/** Packets of those who talk. */
const SPOKEN_EVERY_S = 0.02;
/** Longer is not in. */
const LAST_PATIENCE_MS = 15_000;
const PATIENCE_MS = 80_000;

export interface CrowdAct {
  talking: number;
  silent: number;
  listeners: number;
  workers: number;
}

export interface CrowdFigures {
  loss: number;
  cores: number;
  consumers: number;
  /** From the click of the last one until all who talk are heard. */
  lastMs: number;
  allMs: number;
}

type Use = (stage: CrowdStage, owners: readonly PhoneOwner[]) => Promise<CrowdFigures>;

/** The crowd comes in on a stage that opens at these ports. Throws where it takes too long. */
export async function performCrowd(
  act: CrowdAct,
  port: number,
  open: (port: number, use: Use) => Promise<CrowdFigures>,
): Promise<CrowdFigures> {
  const ports = Array.from({ length: act.workers }, (_, at) => port + at);
  const speaking = act.talking + act.silent;
  const others = act.listeners - COUNTED - 1;
  await using stack = new AsyncDisposableStack();
  const counted = stack.use(await MediaLegs.open(ports, 3 * speaking + 2 * (COUNTED + 1)));
  const troops: MediaLegs[] = [];
  for (let at = 0; at < others; at += TROOP)
    troops.push(stack.use(await MediaLegs.open(ports, 2 * TROOP, SMALL_BUFFER)));
  const limit = new AbortController();
  const late = delay(PATIENCE_MS, undefined, { signal: limit.signal }).then(() => {
    throw new Error(`the crowd was not in within ${PATIENCE_MS} ms`);
  });
  try {
    return await Promise.race([open(port, (stage, owners) => measure(act, stage, owners, counted, troops)), late]);
  } finally {
    limit.abort();
    late.catch(() => undefined);
    for (const { pid } of troops) process.kill(pid, 'SIGCONT');
  }
}

async function measure(
  { talking, silent }: CrowdAct,
  stage: CrowdStage,
  owners: readonly PhoneOwner[],
  counted: MediaLegs,
  troops: readonly MediaLegs[],
): Promise<CrowdFigures> {
  const phones: Phone[] = [];
  const comeIn = async (some: readonly PhoneOwner[], legs: MediaLegs, voice: Voice): Promise<Phone[]> => {
    const came = await Promise.all(some.map((owner) => stage.phone(owner, legs, voice)));
    phones.push(...came);
    await Promise.all(came.map((phone) => phone.join(stage.place)));
    return came;
  };
  const rest = [...owners];
  const begun = performance.now();
  try {
    const talkers = rest.splice(0, talking);
    await comeIn(talkers, counted, 'loud');
    await comeIn(rest.splice(0, silent), counted, 'quiet');
    // A machine that is measured at its limit lets nobody in.
    counted.speakUp(false);
    const hearing = await comeIn(rest.splice(0, COUNTED), counted, 'none');
    const latest = rest.pop()!;
    for (const legs of troops) {
      await comeIn(rest.splice(0, TROOP), legs, 'none');
      // Whoever receives so much on the same machine would be measured too.
      process.kill(legs.pid, 'SIGSTOP');
    }
    const allMs = performance.now() - begun;
    counted.speakUp(true);
    const users = talkers.map(({ user }) => user);
    const last = await stage.phone(latest, counted, 'none');
    phones.push(last);
    await delay(SETTLE_MS);
    const clicked = performance.now();
    const heardByLast = last.join(stage.place).then(() => last.hears(users));
    heardByLast.catch(() => undefined);
    await Promise.race([heardByLast, delay(LAST_PATIENCE_MS)]);
    const lastMs = performance.now() - clicked;
    const turns = [];
    for (let turn = 0; turn < TURNS; turn++) turns.push(await listen(hearing, users, counted, stage.pids()));
    const [best] = turns.sort((a, b) => a.loss - b.loss || a.cores - b.cores);
    return { ...best!, consumers: (phones.length - 1) * talking, lastMs, allMs };
  } finally {
    for (const phone of phones) phone[Symbol.dispose]();
  }
}

async function listen(
  hearing: readonly Phone[],
  users: readonly string[],
  legs: MediaLegs,
  pids: readonly number[],
): Promise<Pick<CrowdFigures, 'loss' | 'cores'>> {
  const count = async () => {
    const received = await Promise.all(hearing.map((phone) => phone.received(users)));
    return received.flatMap((sums) => [...sums.values()]).reduce((sum, { packets }) => sum + packets, 0);
  };
  /** Until all that is under way has come: late is not lost. */
  const drained = async () => {
    legs.speakUp(false);
    for (let before = -1, now = await count(); now !== before; [before, now] = [now, await count()])
      await delay(SETTLE_MS);
    return await count();
  };
  const cpu = () => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const [packets, spoken, used] = [await drained(), legs.spoken, cpu()];
  legs.speakUp(true);
  await delay(LISTEN_MS);
  const received = (await drained()) - packets;
  const loss = Math.max(0, 1 - received / ((legs.spoken - spoken) * users.length * hearing.length));
  return { loss, cores: (cpu() - used) / ((legs.spoken - spoken) * SPOKEN_EVERY_S) };
}
