import { Type } from 'typebox';
import { reads } from './operation.ts';
import { strict } from './schemas.ts';

/** Who talks where, and what it costs. */
export const voiceStatus = reads(Type.Object({}, strict), ({ voice }) => voice.measure());
