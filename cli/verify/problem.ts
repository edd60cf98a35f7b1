import type { Stop, StopCode } from '@folkmoot/federation/chain.ts';

/** Something that does not hold, and where. */
export interface Problem {
  stream: string;
  /** Place in the stream, as far as it can be told. */
  position: string;
  /** Line of the file, from 1; null where it was not a file. */
  line: number | null;
  reason: Stop['reason'] | 'changed_payload' | 'missing_lines' | 'unknown_decision';
  code: string;
  text: string;
}

const sentences: Partial<Record<StopCode, string>> = {
  wrong_stream: 'the line belongs to another stream or community',
  unknown_key: 'it is signed with a key that is not one of the hub',
  bad_signature: 'the envelope was changed: the signature of the hub is not for it',
  already_seen: 'this place in the stream was there before',
  gap: 'lines before it are missing',
  wrong_prev: 'it does not follow the line before it: one of the two was replaced',
  no_epoch_start: 'an epoch begins without saying so',
  unknown_fork_point: 'an epoch begins after a line that is not there',
  malformed: 'it is not a line of a stream',
  not_canonical: 'its bytes are not in canonical form',
  unsupported_version: 'it is of a version that is not known here',
};

export const sentenceFor = (code: StopCode) => sentences[code] ?? `it breaks the protocol (${code})`;
