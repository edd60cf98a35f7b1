import { createGatewayClient, type GatewayClient, gatewayUrl } from '@folkmoot/protocol-spec/client/gateway-client.ts';
import { applyEvent } from '@folkmoot/protocol-spec/client/reducer.ts';
import { type AnyVoiceNotice, VoiceError } from '@folkmoot/protocol-spec/client/voice-requests.ts';
import { createChannel } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import type { OpeningState } from '@folkmoot/protocol-spec/schemas/gateway/events.ts';
import type { RtpParameters } from '@folkmoot/protocol-spec/schemas/gateway/ortc.ts';
import type {
  VoiceAnswer,
  VoiceMethod,
  VoiceNotice,
  VoiceNoticeName,
  VoiceRequest,
} from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { VoiceState } from '@folkmoot/protocol-spec/schemas/voice-state.ts';
import { Conditions } from './conditions.ts';
import type { Person } from './people.ts';

export interface VoicePlace {
  space: string;
  channel: string;
}

export async function newVoiceChannel(by: Person, space: Space, name = 'Lounge'): Promise<VoicePlace> {
  const body = { kind: 'voice' as const, name };
  const { id } = await by.client.call(createChannel, { params: { space: space.id }, body });
  return { space: space.id, channel: id };
}

/** Somebody at the gateway who goes into voice channels, without media. */
export class Caller implements Disposable {
  readonly person: Person;
  readonly notices: AnyVoiceNotice[] = [];
  state: OpeningState | undefined;
  readonly #gateway: GatewayClient;
  readonly #conditions = new Conditions();

  private constructor(who: Person) {
    this.person = who;
    this.#gateway = createGatewayClient({
      url: gatewayUrl(who.client.baseUrl),
      token: () => who.token,
      onReady: (state) => {
        this.state = state;
        this.#conditions.happened();
      },
      onEvent: (event) => {
        this.state &&= applyEvent(this.state, event);
        this.#conditions.happened();
      },
      onVoiceNotice: (notice) => {
        this.notices.push(notice);
        this.#conditions.happened();
      },
    });
  }

  static async of(who: Person): Promise<Caller> {
    const caller = new Caller(who);
    await caller.until(() => caller.state);
    // `ready` is told before the client counts as connected.
    await Promise.resolve();
    return caller;
  }

  get id(): string {
    return this.person.account.id;
  }

  asks<M extends VoiceMethod>(method: M, d: VoiceRequest<M>): Promise<VoiceAnswer<M>> {
    return this.#gateway.voice(method, d);
  }

  /** The code with which a request is refused. */
  async isRefused<M extends VoiceMethod>(method: M, d: VoiceRequest<M>): Promise<string> {
    try {
      await this.asks(method, d);
    } catch (error) {
      if (error instanceof VoiceError) return error.code;
      throw error;
    }
    return 'not refused';
  }

  /** Who is in a voice channel, as this client sees it. */
  inside({ space, channel }: VoicePlace): VoiceState[] {
    const found = this.state?.spaces.find(({ id }) => id === space);
    return (found?.voice ?? []).filter((one) => one.channel === channel);
  }

  stateOf(other: Caller, place: VoicePlace): VoiceState | undefined {
    return this.inside(place).find(({ user }) => user.id === other.id);
  }

  async isTold<T extends VoiceNoticeName>(t: T): Promise<VoiceNotice<T>> {
    const notice = await this.until(() => this.notices.find((one) => one.t === t));
    return notice.d as VoiceNotice<T>;
  }

  /** Waits until something is so. */
  until<T>(find: () => T | undefined | false): Promise<T> {
    return this.#conditions.until(find);
  }

  [Symbol.dispose](): void {
    this.#gateway.close();
  }
}

let ssrc = 1_000;

/** A microphone as a library would describe it. */
export const opus = (): RtpParameters => ({
  codecs: [
    {
      mimeType: 'audio/opus',
      payloadType: 111,
      clockRate: 48_000,
      channels: 2,
      parameters: { useinbandfec: 1, usedtx: 1 },
      rtcpFeedback: [{ type: 'transport-cc' }],
    },
  ],
  encodings: [{ ssrc: ++ssrc, dtx: true }],
  rtcp: { cname: `c${ssrc}` },
});

/** A camera. */
export const vp8 = (): RtpParameters => ({
  codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000, parameters: {} }],
  encodings: [{ ssrc: ++ssrc }],
  rtcp: { cname: `c${ssrc}` },
});
