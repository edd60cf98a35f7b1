/**
 * For connections of ws: what it leaves open by default closed. No compression, messages in few pieces (ours come in one), no pong that
 * nobody counted.
 */
export const socketOptions = {
  perMessageDeflate: false,
  autoPong: false,
  maxFragments: 256,
  maxBufferedChunks: 4_096,
} as const;
