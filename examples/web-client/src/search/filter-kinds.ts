import type { IconName } from '../ui/icon.tsx';
import type { FilterName } from './read-search.ts';

/** Every filter, as the tips and the menu name it. */
export const filterKinds: readonly { name: FilterName; icon: IconName; label: string; example: string }[] = [
  { name: 'from', icon: 'person', label: 'From somebody', example: 'from:wren' },
  { name: 'in', icon: 'hash', label: 'In a channel', example: 'in:general' },
  { name: 'mentions', icon: 'at', label: 'Mentions somebody', example: 'mentions:me' },
  { name: 'has', icon: 'link', label: 'Has a link', example: 'has:link' },
  { name: 'before', icon: 'clock', label: 'Before a day', example: 'before:2026-06-12' },
  { name: 'after', icon: 'clock', label: 'After a day', example: 'after:yesterday' },
  { name: 'on', icon: 'clock', label: 'On a day or in a month', example: 'on:2026-06' },
];
