/** First line of an export; lines of the streams follow, as they were signed, those of `_` before the others. */
export interface ExportHeader {
  format: typeof exportFormat;
  space: string;
  name: string;
  /** Server name of the hub. */
  server: string;
  /** Time of the export in ms. */
  exported: number;
  /** Key document of the hub, which tells the keys that followed the one in the genesis; null before there was one. */
  key_document: string | null;
  /** Whether another homeserver than the one that wrote this is the hub: what it was not shown is not there. */
  followed?: boolean;
  /** Every stream with its last line. */
  streams: StreamHead[];
}

export interface StreamHead {
  stream: string;
  epoch: number;
  seq: number;
  hash: string;
}

export const exportFormat = 'folkmoot-export/1';
