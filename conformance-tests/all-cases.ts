import type { Case } from './case.ts';
import { messageCases } from './cases/messages.ts';

/** Every case of the suite. */
export const allCases: readonly Case[] = [messageCases].flat();
