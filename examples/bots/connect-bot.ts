import { setTimeout as wait } from 'node:timers/promises';
import { ApiError } from '@folkmoot/protocol-spec/client/api-error.ts';
import { createGatewayClient, gatewayUrl } from '@folkmoot/protocol-spec/client/gateway-client.ts';
import { createHttpClient, type HttpClient } from '@folkmoot/protocol-spec/client/http-client.ts';
import { newIntentId } from '@folkmoot/protocol-spec/client/intent-id.ts';
import { sendMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import type { GatewayEvent, GatewayEventData, OpeningState } from '@folkmoot/protocol-spec/schemas/gateway/events.ts';
import type { Message } from '@folkmoot/protocol-spec/schemas/objects.ts';

export interface BotOptions {
  /** Origin of the bot's own homeserver, such as `https://home.example`. */
  homeserver: string;
  /** `fm_b_…` */
  token: string;
  /** A line about what the bot does or what went wrong. */
  say: (line: string) => void;
}

export interface BotWork {
  /** Somebody wrote; never the bot itself. */
  onMessage?(message: Message, bot: Bot): Promise<void>;
  onEdit?(edit: GatewayEventData<'message.updated'>, bot: Bot): Promise<void>;
}

/** A connected bot. It reconnects by itself until `close` or until its token is revoked. */
export interface Bot extends Disposable {
  /** Id of its user. */
  readonly id: string;
  readonly client: HttpClient;
  reply(to: Message, content: string): Promise<void>;
  /** Resolves when the token was revoked or the bot was closed. */
  readonly ended: Promise<void>;
  close(): void;
}

/** Connects and resolves when the gateway has said who the bot is. */
export async function connectBot({ homeserver, token, say }: BotOptions, work: BotWork): Promise<Bot> {
  const client = createHttpClient({ baseUrl: homeserver, tokens: { token } });
  const ready = Promise.withResolvers<OpeningState>();
  const ended = Promise.withResolvers<void>();
  // One thing after the other, so that answers come in the order of what was asked.
  let last: Promise<void> = Promise.resolve();

  function take(event: GatewayEvent): void {
    if (event.t === 'space.joined') say(`joined ${event.d.space.name}`);
    if (event.t === 'space.left') say(`out of ${event.d.space} (${event.d.reason})`);
    last = last.then(() => handle(event)).catch((error: unknown) => say(`could not: ${String(error)}`));
  }

  async function handle(event: GatewayEvent): Promise<void> {
    const bot = await made;
    if (event.t === 'message.created' && event.d.message.author.id !== bot.id)
      await work.onMessage?.(event.d.message, bot);
    if (event.t === 'message.updated') await work.onEdit?.(event.d, bot);
  }

  const gateway = createGatewayClient({
    url: gatewayUrl(homeserver),
    token: () => token,
    onReady: (state) => ready.resolve(state),
    onEvent: take,
    onState: (state) => {
      if (state !== 'ended') return;
      ready.reject(new Error('The homeserver does not take this token.'));
      ended.resolve();
    },
  });
  const made = ready.promise.then(
    ({ account: { id } }): Bot => ({
      id,
      client,
      async reply({ space, channel, id: reply_to }, content) {
        // The same nonce in every attempt: a message is never sent twice.
        const body = { content, reply_to, nonce: newIntentId() };
        await patiently(() => client.call(sendMessage, { params: { space, channel }, body }));
      },
      ended: ended.promise,
      close: () => gateway.close(),
      [Symbol.dispose]: () => gateway.close(),
    }),
  );
  const [bot, { account }] = [await made, await ready.promise];
  say(`connected as ${account.handle}`);
  return bot;
}

/** Waits and tries again where the homeserver asks for it. */
export async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      const mayRetry =
        error instanceof ApiError && (error.status === 429 || error.status === 503 || error.status === 0);
      if (!mayRetry || tries === 5) throw error;
      await wait(error.retry ?? 1_000 * tries);
    }
  }
}
