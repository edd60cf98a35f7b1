import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commonFormats } from './common-formats.ts';

const receiver = (...mimeTypes: string[]) => ({
  rtpCapabilities: { codecs: mimeTypes.map((mimeType) => ({ kind: 'video' as const, mimeType, clockRate: 90_000 })) },
});

test('[VOX-23] what everybody inside can show is told, the preferred first', () => {
  const all = ['video/VP8', 'video/H264', 'video/VP9', 'video/AV1'];
  assert.deepEqual(commonFormats([]), all);
  assert.deepEqual(commonFormats([{ rtpCapabilities: undefined }]), all, 'who has said nothing yet takes nothing away');
  const listener = {
    rtpCapabilities: { codecs: [{ kind: 'audio' as const, mimeType: 'audio/opus', clockRate: 48_000 }] },
  };
  assert.deepEqual(commonFormats([listener]), all, 'nor does who only listens');
  const modern = receiver('video/AV1', 'video/vp9', 'video/VP8', 'video/rtx');
  assert.deepEqual(commonFormats([modern]), ['video/VP8', 'video/VP9', 'video/AV1']);
  assert.deepEqual(commonFormats([modern, receiver('video/VP8', 'video/H264')]), ['video/VP8']);
  assert.deepEqual(commonFormats([modern, receiver('video/H264')]), []);
});
