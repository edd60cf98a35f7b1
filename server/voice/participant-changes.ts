import type { VoiceRequest } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import type { Clock } from '../base/clock.ts';
import type { ServerMute } from '../spaces/audit-store.ts';
import { isSameRights, type Participant, rightsShown, silenceOf, stateOf, type VoiceRights } from './participant.ts';
import type { RoomTeller } from './room-events.ts';

export interface ParticipantChangesParts extends Pick<RoomTeller, 'notify' | 'tellState'> {
  onTimeoutOver: (space: string) => void;
  clock: Clock;
}

/** What somebody in voice may, chose or was muted to: it takes effect at the SFU, and then is told. [VOX-11] */
export class ParticipantChanges {
  readonly #parts: ParticipantChangesParts;

  constructor(parts: ParticipantChangesParts) {
    this.#parts = parts;
  }

  async setRights(participant: Participant, rights: VoiceRights): Promise<void> {
    if (isSameRights(participant.rights, rights)) return;
    participant.rights = rights;
    this.watchTimeout(participant);
    const { peer } = participant;
    for (const { source, producer } of peer?.producers.values() ?? []) {
      if (source === 'camera' && !rights.permissions.has('voice.video')) producer.close();
      if (source.startsWith('screen') && !rights.permissions.has('voice.screen')) producer.close();
    }
    await peer?.silence(silenceOf(participant));
    this.#parts.notify([participant.seat], 'rights', { rights: rightsShown(rights), state: stateOf(participant) });
    this.#parts.tellState(participant);
  }

  /** What somebody chose for themselves. */
  async setOwn(participant: Participant, own: VoiceRequest<'set'>): Promise<void> {
    const names = ['muted', 'deafened', 'priority'] as const;
    const changed = names.filter((name) => own[name] !== undefined && own[name] !== participant[name]);
    if (changed.length === 0) return;
    for (const name of changed) participant[name] = own[name] === true;
    await participant.peer?.silence(silenceOf(participant));
    this.#parts.tellState(participant);
  }

  /** What a moderator decided; it holds for whatever voice channel of the space the user goes to. */
  async moderate(participant: Participant, { muted, deafened }: ServerMute): Promise<void> {
    if (muted === participant.serverMuted && deafened === participant.serverDeafened) return;
    Object.assign(participant, { serverMuted: muted, serverDeafened: deafened });
    await participant.peer?.silence(silenceOf(participant));
    this.#parts.notify([participant.seat], 'rights', {
      rights: rightsShown(participant.rights),
      state: stateOf(participant),
    });
    this.#parts.tellState(participant);
  }

  /** Looks again when a timeout is over that takes some of the rights. */
  watchTimeout(participant: Participant): void {
    clearTimeout(participant.timeout);
    const { until } = participant.rights;
    if (until === null) return;
    const wait = Math.min(Math.max(0, until - this.#parts.clock.now()) + 10, 0x7fff_ffff);
    participant.timeout = setTimeout(() => this.#parts.onTimeoutOver(participant.place.space), wait).unref();
  }
}
