import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type RefusalCode, refusals } from '@folkmoot/protocol-spec/schemas/errors.ts';
import type { Room } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import { Refusal } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { failureOf } from '../../http/error-answer.ts';
import type { GuestSeat } from '../participant.ts';
import type { Voice } from '../voice.ts';
import { readOffer, writeAnswer } from './sdp.ts';
import type { StreamTicket, StreamTokens } from './stream-tokens.ts';

export interface WhipDoorParts {
  voice: Pick<Voice, 'answer' | 'ended' | 'isSending'>;
  tokens: StreamTokens;
  log: Log;
}

interface Stream extends GuestSeat {
  isConnected: boolean;
  readonly begun: number;
}

const PATH = '/voice/whip';
const SDP_BYTES = 64 * 1_024;
const STREAMS = 1_000;
/** How long a sender may take until media come, and may be gone. */
const SILENT_MS = 20_000;

/** Where programs like OBS send what they record into a voice channel (WHIP, RFC 9725). To the room it is somebody in it. [VOX-19] */
export class WhipDoor implements Disposable {
  readonly #parts: WhipDoorParts;
  readonly #streams = new Map<string, Stream>();
  readonly #sweep = setInterval(() => this.#endSilent(), 5_000).unref();

  constructor(parts: WhipDoorParts) {
    this.#parts = parts;
  }

  isFor({ url = '' }: IncomingMessage): boolean {
    return url === PATH || url.startsWith(`${PATH}/`);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Senders may be web pages of anybody; nothing but the token counts.
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Expose-Headers', 'Location, ETag');
    try {
      await this.#obey(request, response);
    } catch (error) {
      const { status, answer, broken } = failureOf(error, '');
      if (broken) this.#parts.log.error({ err: error }, 'a stream could not be taken');
      response
        .writeHead(status, { 'Content-Type': 'application/json', Connection: 'close' })
        .end(JSON.stringify(answer));
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#sweep);
    for (const id of [...this.#streams.keys()]) this.#end(id);
  }

  async #obey(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    if (method === 'OPTIONS') {
      const allowed = { 'Access-Control-Allow-Headers': 'Authorization, Content-Type, If-Match' };
      response
        .writeHead(204, {
          ...allowed,
          'Access-Control-Allow-Methods': 'POST, PATCH, DELETE',
          'Accept-Post': 'application/sdp',
        })
        .end();
      return;
    }
    const ticket = this.#requireTicket(request);
    if (method === 'POST' && url === PATH) return this.#begin(request, response, ticket);
    const id = url.slice(PATH.length + 1);
    const stream = this.#streams.get(id);
    if (stream?.user !== ticket.user || stream.only.channel !== ticket.channel) throw new Refusal('not_found');
    if (method === 'DELETE') this.#end(id);
    // Whoever is ICE-lite needs no candidates of the other side.
    else if (method !== 'PATCH') throw new Refusal('method_not_allowed');
    else await readBody(request);
    response.writeHead(method === 'DELETE' ? 200 : 204).end();
  }

  async #begin(request: IncomingMessage, response: ServerResponse, ticket: StreamTicket): Promise<void> {
    if (!/^application\/sdp\b/i.test(request.headers['content-type'] ?? ''))
      throw new Refusal('unsupported_media_type');
    const offer = readOffer(await readBody(request));
    if (this.#streams.size >= STREAMS) throw new Refusal('busy');
    const id = randomUUID();
    const { space, channel, user } = ticket;
    const seat: Stream = {
      user,
      isConnected: true,
      only: { space, channel },
      begun: performance.now(),
      // Nobody reads notices there: whoever has to do something has to begin anew.
      tell: (t) => ['left', 'moved', 'rejoin'].includes(t) && this.#end(id),
    };
    this.#streams.set(id, seat);
    try {
      const { send } = await this.#ask<Room>(seat, 'join', { space, channel, deafened: true });
      await this.#ask(seat, 'connect', { transport: send.id, dtls_parameters: offer.dtls });
      for (const { kind, rtp } of offer.media) {
        if (rtp === undefined) continue;
        const source = kind === 'audio' ? 'screen_audio' : 'screen';
        await this.#ask(seat, 'produce', { kind, source, rtp_parameters: rtp });
      }
      const headers = { 'Content-Type': 'application/sdp', Location: `${PATH}/${id}`, ETag: `"${id}"` };
      response.writeHead(201, headers).end(writeAnswer(offer, send));
    } catch (error) {
      this.#end(id);
      throw error;
    }
  }

  async #ask<T>(seat: Stream, method: string, d: object): Promise<T> {
    const answer = await this.#parts.voice.answer(seat, method, d);
    if ('ok' in answer) return answer.ok as T;
    const { code, details } = answer.error;
    throw new Refusal(Object.hasOwn(refusals, code) ? (code as RefusalCode) : 'bad_media', details);
  }

  #requireTicket({ headers }: IncomingMessage): StreamTicket {
    const [, token = ''] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
    const ticket = this.#parts.tokens.open(token);
    if (ticket === undefined) throw new Refusal('unauthenticated');
    return ticket;
  }

  #end(id: string): void {
    const seat = this.#streams.get(id);
    if (seat === undefined) return;
    this.#streams.delete(id);
    seat.isConnected = false;
    this.#parts.voice.ended(seat);
  }

  #endSilent(): void {
    const now = performance.now();
    for (const [id, seat] of this.#streams)
      if (now - seat.begun > SILENT_MS && !this.#parts.voice.isSending(seat)) this.#end(id);
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > SDP_BYTES) throw new Refusal('too_large');
  }
  return text;
}
