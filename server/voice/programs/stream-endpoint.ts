import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { IceParameters } from '@folkmoot/protocol-spec/schemas/gateway/ortc.ts';
import type { Room, VoiceTransport } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import type { Clock } from '../../base/clock.ts';
import { Refusal } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { RateLimiter } from '../../base/rate-limit.ts';
import { networkOf } from '../../http/client-address.ts';
import { failureOf } from '../../http/error-answer.ts';
import type { LimitName } from '../../http/limits.ts';
import { discard } from '../../http/read-bytes.ts';
import { type AnsweredMedia, writeAnswer, writeFragment } from './sdp-answer.ts';
import { type Offer, readOffer } from './sdp-offer.ts';
import { answerPreflight, linksTo, readBody, requireType } from './stream-http.ts';
import type { StreamTicket, StreamTokens } from './stream-tokens.ts';

/** Media of a program, as whoever carries them has opened them. */
export interface OpenedStream {
  media: readonly AnsweredMedia[];
  transport: VoiceTransport;
  /** Whether anything can go over it. */
  isAlive(): boolean;
  restartIce(): Promise<IceParameters>;
  end(): void;
}

export interface StreamEndpointParts {
  path: string;
  kind: StreamTicket['kind'];
  tokens: Pick<StreamTokens, 'find' | 'onDead'>;
  /** Throws Refusal. `gone` is to be called when it is over without having been asked to end. */
  open(ticket: StreamTicket, offer: Offer, gone: () => void): Promise<OpenedStream>;
  /** Throws Refusal where nothing may be streamed any more. */
  iceServersFor(ticket: StreamTicket): Promise<Room['ice_servers']>;
  limiter: RateLimiter<LimitName>;
  addressOf(request: IncomingMessage): string;
  clock: Clock;
  log: Log;
}

interface Stream {
  readonly ticket: StreamTicket;
  readonly begun: number;
  isOver: boolean;
  opened?: OpenedStream;
  /** Changes when ICE begins anew. */
  tag: string;
}

const STREAMS = 1_000;
/** How long it may take until media come, and for how long they may be gone. */
const SILENT_MS = 20_000;

/** What WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep) have in common: an offer is answered, and makes something that can be ended. */
export class StreamEndpoint implements Disposable {
  readonly #parts: StreamEndpointParts;
  readonly #streams = new Map<string, Stream>();
  readonly #sweep = setInterval(() => this.#endSilent(), 5_000).unref();

  constructor(parts: StreamEndpointParts) {
    this.#parts = parts;
    parts.tokens.onDead((isDead) => this.#endAll(({ ticket }) => isDead(ticket)));
  }

  isFor({ url = '' }: IncomingMessage): boolean {
    return url === this.#parts.path || url.startsWith(`${this.#parts.path}/`);
  }

  /** How many streams a token has now. */
  countOpen(token: string): number {
    return [...this.#streams.values()].filter(({ ticket }) => ticket.id === token).length;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // It may be a web page of anybody; nothing but the token counts.
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Expose-Headers', 'Location, ETag, Link, Retry-After');
    try {
      await this.#obey(request, response);
    } catch (error) {
      const { status, answer, broken, retry } = failureOf(error, '');
      if (broken) this.#parts.log.error({ err: error }, 'a program that streams was not answered');
      if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
      if (retry !== undefined) response.setHeader('Retry-After', Math.ceil(retry / 1_000));
      if (!request.complete) discard(request);
      response
        .writeHead(status, { 'Content-Type': 'application/json', Connection: 'close' })
        .end(JSON.stringify(answer));
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#sweep);
    this.#endAll(() => true);
  }

  async #obey(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { path, kind, tokens, addressOf } = this.#parts;
    const { method = '', url = '', headers } = request;
    // That of a browser comes without a token.
    if (method === 'OPTIONS' && headers.authorization === undefined) return answerPreflight(response);
    this.#limit('anonymous', networkOf(addressOf(request)));
    const [, token = ''] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
    const ticket = await tokens.find(kind, token);
    if (ticket === undefined) throw new Refusal('unauthenticated');
    // For clients that have to know TURN before they make an offer. RFC 9725 §4.6
    if (method === 'OPTIONS') return answerPreflight(response, await this.#links(ticket));
    if (url === path) {
      if (method !== 'POST') throw new Refusal('method_not_allowed');
      this.#limit('join', ticket.id);
      return this.#begin(request, response, ticket);
    }
    const id = url.slice(path.length + 1);
    const stream = this.#streams.get(id);
    if (stream?.opened === undefined || stream.ticket.id !== ticket.id) throw new Refusal('not_found');
    if (method === 'PATCH') return this.#patch(request, response, stream, stream.opened);
    if (method !== 'DELETE') throw new Refusal('method_not_allowed');
    this.#end(id);
    response.writeHead(200).end();
  }

  async #begin(request: IncomingMessage, response: ServerResponse, ticket: StreamTicket): Promise<void> {
    requireType(request, 'application/sdp');
    const offer = readOffer(await readBody(request));
    if (this.#streams.size >= STREAMS) throw new Refusal('busy', { retry: 10_000 });
    const id = randomUUID();
    const stream: Stream = { ticket, begun: this.#parts.clock.now(), isOver: false, tag: newTag() };
    this.#streams.set(id, stream);
    try {
      stream.opened = await this.#parts.open(ticket, offer, () => this.#end(id));
      const links = await this.#links(ticket);
      if (stream.isOver) throw new Refusal('unavailable', { retry: 1_000 });
      const { media, transport } = stream.opened;
      if (media.every(({ codec }) => codec === undefined)) throw new Refusal('bad_media');
      response
        .writeHead(201, {
          'Content-Type': 'application/sdp',
          Location: `${this.#parts.path}/${id}`,
          ETag: stream.tag,
          ...links,
        })
        .end(writeAnswer(media, offer, transport));
    } catch (error) {
      this.#end(id);
      stream.opened?.end();
      throw error;
    }
  }

  /** Candidates of the other side are of no use to whoever is ICE-lite; a new beginning of ICE is. */
  async #patch(
    request: IncomingMessage,
    response: ServerResponse,
    stream: Stream,
    { media, transport, restartIce }: OpenedStream,
  ): Promise<void> {
    requireType(request, 'application/trickle-ice-sdpfrag');
    await readBody(request);
    const match = request.headers['if-match'];
    if (match === undefined) throw new Refusal('entity_tag_required');
    if (match === stream.tag) return void response.writeHead(204).end();
    if (match !== '*') throw new Refusal('stale_entity_tag');
    this.#limit('join', stream.ticket.id);
    const ends = { ...transport, ice_parameters: await restartIce() };
    stream.tag = newTag();
    response.writeHead(200, { 'Content-Type': 'application/trickle-ice-sdpfrag', ETag: stream.tag }).end(
      writeFragment(
        media.filter(({ codec }) => codec),
        ends,
      ),
    );
  }

  async #links(ticket: StreamTicket): Promise<{ Link?: string[] }> {
    const links = linksTo(await this.#parts.iceServersFor(ticket));
    return links.length > 0 ? { Link: links } : {};
  }

  #limit(name: LimitName, of: string): void {
    const { ok, retry_ms: retry } = this.#parts.limiter.take(name, of);
    if (!ok) throw new Refusal('rate_limited', { retry });
  }

  #end(id: string): void {
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    this.#streams.delete(id);
    stream.isOver = true;
    stream.opened?.end();
  }

  #endAll(which: (stream: Stream) => boolean): void {
    for (const [id, stream] of this.#streams) if (which(stream)) this.#end(id);
  }

  #endSilent(): void {
    const now = this.#parts.clock.now();
    this.#endAll(({ begun, opened, ticket }) => {
      const isSilent = now - begun > SILENT_MS && opened !== undefined && !opened.isAlive();
      return isSilent || ticket.expires <= now;
    });
  }
}

const newTag = () => `"${randomUUID()}"`;
