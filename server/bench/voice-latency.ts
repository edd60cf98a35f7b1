import type { Browser } from 'playwright-core';
import { type Person, person } from '../testing/people.ts';
import { spawnHomeserver } from '../testing/start-homeserver.ts';
import { lacksForMedia, openVoiceBrowser, pageScript, voiceEnvironment } from '../testing/voice-browser.ts';
import { newVoiceChannel, type VoicePlace } from '../testing/voice-people.ts';
import { percentile, type Report } from './report.ts';

/** The buffer of a browser plays in steps, and where between two steps a packet arrives is chance, once for each connection. */
const CALLS = 10;
const BURSTS = 8;
const AIM = { added: 10, relayed: 400 };

interface Heard {
  sfu: number[];
  direct: number[];
}

/**
 * From the mouth to the ear of a real browser: bursts of a tone go over the homeserver and, at the same time, over a peer connection of the page
 * with itself, in several calls. Then once more with everything through TURN.
 */
export async function run(): Promise<Report> {
  const lacks = lacksForMedia({ browser: true, turn: true });
  if (lacks) throw new Error(lacks);
  await using homeserver = await spawnHomeserver({ environment: voiceEnvironment });
  const { url } = homeserver;
  const [speaker, listener] = [await person(url), await person(url)];
  const space = await speaker.founds('Club');
  await speaker.invites(space, listener);
  const place = await newVoiceChannel(speaker, space);
  const browser = await openVoiceBrowser();
  try {
    const near: Heard = { sfu: [], direct: [] };
    for (let call = 0; call < CALLS; call++) {
      const { sfu, direct } = await measure(browser, url, { speaker, listener, place }, false);
      near.sfu.push(...sfu);
      near.direct.push(...direct);
    }
    const relayed = await measure(browser, url, { speaker, listener, place }, true);
    const [sfu, direct] = [percentile(near.sfu, 0.95), percentile(near.direct, 0.95)];
    const overTurn = percentile(relayed.sfu, 0.95);
    return {
      name: 'voice-latency',
      ratio: percentile(near.sfu, 0.5) / percentile(near.direct, 0.5),
      aim: `p95 at most ${AIM.added} ms more than directly, and below ${AIM.relayed} ms through TURN`,
      reached: sfu - direct <= AIM.added && overTurn < AIM.relayed,
      figures: {
        sfu_p50_ms: percentile(near.sfu, 0.5),
        sfu_p95_ms: sfu,
        direct_p50_ms: percentile(near.direct, 0.5),
        direct_p95_ms: direct,
        added_p50_ms: percentile(near.sfu, 0.5) - percentile(near.direct, 0.5),
        added_p95_ms: sfu - direct,
        turn_p50_ms: percentile(relayed.sfu, 0.5),
        turn_p95_ms: overTurn,
        calls: CALLS,
        bursts: near.sfu.length,
        bursts_through_turn: relayed.sfu.length,
      },
    };
  } finally {
    await browser.close();
  }
}

async function measure(
  browser: Browser,
  url: string,
  { speaker, listener, place }: { speaker: Person; listener: Person; place: VoicePlace },
  relayOnly: boolean,
): Promise<Heard> {
  const context = await browser.newContext({ bypassCSP: true });
  const page = await context.newPage();
  await page.goto(`${url}/readyz`);
  await page.addScriptTag({ content: await pageScript('latency-page') });
  const ways = [speaker, listener].map(({ token }) => ({ token, relayOnly }));
  const heard = await page.evaluate(
    (wanted) => (globalThis as never as { mouthToEar(wanted: object): Promise<Heard> }).mouthToEar(wanted),
    { speaker: ways[0], listener: ways[1], place, bursts: BURSTS },
  );
  await context.close();
  return heard;
}
