import { person } from '../testing/people.ts';
import { spawnHomeserver } from '../testing/start-homeserver.ts';
import { openVoiceBrowser, Talker, voiceEnvironment } from '../testing/voice-browser.ts';
import { newVoiceChannel } from '../testing/voice-people.ts';
import { percentile, type Report } from './report.ts';

const JOINS = 40;
const WARM = 3;
const AIM_MS = 700;

/** From the click on a voice channel to the first sound of somebody who speaks in it, in a real browser, all on this machine. */
export async function run(): Promise<Report> {
  await using homeserver = await spawnHomeserver({ environment: voiceEnvironment });
  const { url } = homeserver;
  const [owner, guest] = [await person(url), await person(url)];
  const space = await owner.founds('Club');
  await owner.invites(space, guest);
  const place = await newVoiceChannel(owner, space);
  const browser = await openVoiceBrowser();
  try {
    const speaker = await Talker.open(browser, url, owner);
    await speaker.calls('join', place);
    await speaker.calls('says', 440);
    const listener = await Talker.open(browser, url, guest);
    const first = await listener.calls<number>('timeToHear', place, speaker.id);
    const times: number[] = [];
    for (let n = 0; n < JOINS + WARM; n++) {
      const taken = await listener.calls<number>('timeToHear', place, speaker.id);
      if (n >= WARM) times.push(taken);
    }
    const p95 = percentile(times, 0.95);
    return {
      name: 'voice-join',
      ratio: p95 / AIM_MS,
      aim: `p95 ≤ ${AIM_MS} ms`,
      reached: p95 <= AIM_MS,
      figures: {
        p50_ms: percentile(times, 0.5),
        p95_ms: p95,
        worst_ms: percentile(times, 1),
        first_ms: first,
        joins: times.length,
      },
    };
  } finally {
    await browser.close();
  }
}
