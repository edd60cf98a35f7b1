import { setTimeout as wait } from 'node:timers/promises';
import { createGatewayClient, gatewayUrl } from '@folkmoot/protocol-spec/client/gateway-client.ts';
import { createHttpClient, type HttpClient } from '@folkmoot/protocol-spec/client/http-client.ts';
import { joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { sendMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { loadConfig } from '../base/config.ts';
import { person } from '../testing/people.ts';
import { SpawnedNetwork } from '../testing/spawned-network.ts';
import { type Members, openForSeeding, seedMembers } from './crowd.ts';
import { percentile, type Report } from './report.ts';

const MESSAGES = 600;
const WARM_UP = 200;
const PER_SECOND = 20;
const AIM = { p50: 5, p99: 20 };

/** Sent on `a`: how much later a reader of `b` sees it than a reader of `a` does. */
export async function run(): Promise<Report> {
  await using network = await SpawnedNetwork.open();
  let seeded: Members | undefined;
  const a = await network.homeserver('a', {
    async prepare(environment) {
      await using homeserver = await openForSeeding(loadConfig({ environment, folder: network.folder }).config);
      seeded = await seedMembers(homeserver, 2);
    },
  });
  const b = await network.homeserver('b');
  const { space, channel, tokens, code } = seeded as Members;
  const author = createHttpClient({ baseUrl: a.direct, tokens: { token: tokens[0] ?? '' } });
  const guest = await person(b.direct, 'visitor');
  await guest.client.call(joinByInvite, { params: { code }, body: { via: a.name } });

  const here = await watch(createHttpClient({ baseUrl: a.direct, tokens: { token: tokens[1] ?? '' } }));
  const there = await watch(guest.client);
  const later: number[] = [];
  const whole: number[] = [];
  for (let n = 0; n < WARM_UP + MESSAGES; n++) {
    const sent = performance.now();
    const { id } = await author.call(sendMessage, { params: { space, channel }, body: { content: `message ${n}` } });
    const [seenHere, seenThere] = await Promise.all([here.saw(id), there.saw(id)]);
    if (n >= WARM_UP) {
      later.push(seenThere - seenHere);
      whole.push(seenThere - sent);
    }
    await wait(1_000 / PER_SECOND);
  }
  here.close();
  there.close();
  const [p50, p99] = [percentile(later, 0.5), percentile(later, 0.99)];
  return {
    name: 'federated-latency',
    ratio: percentile(whole, 0.5) / (percentile(whole, 0.5) - p50),
    aim: `seen on b at most ${AIM.p50} ms (p50) and ${AIM.p99} ms (p99) after seen on a`,
    reached: p50 <= AIM.p50 && p99 <= AIM.p99,
    figures: {
      later_p50_ms: p50,
      later_p99_ms: p99,
      send_to_seen_on_b_p50_ms: percentile(whole, 0.5),
      messages: MESSAGES,
    },
  };
}

interface Watch {
  /** When a message was seen. */
  saw(id: string): Promise<number>;
  close(): void;
}

function watch(client: HttpClient): Promise<Watch> {
  const seen = new Map<string, number>();
  const waiting = new Map<string, (at: number) => void>();
  return new Promise((resolve) => {
    const gateway = createGatewayClient({
      url: gatewayUrl(client.baseUrl),
      token: () => client.tokens()?.token,
      onReady: () => resolve({ saw, close: () => gateway.close() }),
      onEvent({ t, d }) {
        if (t !== 'message.created') return;
        const at = performance.now();
        seen.set(d.message.id, at);
        waiting.get(d.message.id)?.(at);
      },
    });
    const saw = (id: string) => {
      const at = seen.get(id);
      return at === undefined ? new Promise<number>((done) => waiting.set(id, done)) : Promise.resolve(at);
    };
  });
}
