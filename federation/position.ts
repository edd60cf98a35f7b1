/** Where an event stands in its stream: "<epoch>.<seq>". */
export type Position = `${number}.${number}`;

const POSITION = /^([1-9][0-9]{0,15})\.(0|[1-9][0-9]{0,15})$/;

export function positionOf(at: { epoch: number; seq: number }): Position {
  return `${at.epoch}.${at.seq}`;
}

export function parsePosition(text: string): { epoch: number; seq: number } | undefined {
  const match = POSITION.exec(text);
  if (!match) return undefined;
  const [epoch, seq] = [Number(match[1]), Number(match[2])];
  return Number.isSafeInteger(epoch) && Number.isSafeInteger(seq) ? { epoch, seq } : undefined;
}

export function isPosition(value: unknown): value is Position {
  return typeof value === 'string' && parsePosition(value) !== undefined;
}
