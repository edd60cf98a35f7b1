import { hash } from 'node:crypto';
import { lineText } from '@folkmoot/federation/envelope.ts';
import { prefixed } from '@folkmoot/federation/signing.ts';

export interface LineRow {
  epoch: number;
  seq: number;
  type: string;
  envelope: string;
  payload: string | null;
}

const SIGNATURE = /"sig":"[A-Za-z0-9_-]{86}",/;

/** Hash of an event that this homeserver signed, from the text of its envelope as it is stored. */
export function hashOfEnvelope(envelope: string): string {
  return hash('sha256', prefixed('event', envelope.replace(SIGNATURE, '')), 'base64url');
}

/** The line for a server: as it is stored, or only what carries the chain on. [VIS-3] */
export function lineFor(row: LineRow, hidden: boolean, withheld = false): string {
  const { epoch, seq, type, envelope, payload } = row;
  if (!hidden || type === 'epoch.start') return lineText(envelope, withheld ? null : payload);
  return `{"hid":{"epoch":${epoch},"hash":"${hashOfEnvelope(envelope)}","seq":${seq}}}`;
}
