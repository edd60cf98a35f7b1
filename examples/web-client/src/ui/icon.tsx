import { For } from 'solid-js';

/** Outlines on a 24 × 24 grid; each string is one path. */
const outlines = {
  hash: ['M5 9h15', 'M4 15h15', 'M10.5 4 8 20', 'M16 4l-2.5 16'],
  voice: ['M5 10v4h3l4 4V6L8 10z', 'M15.5 9a4 4 0 0 1 0 6', 'M18 6.5a8 8 0 0 1 0 11'],
  lock: ['M6 11h12v9H6z', 'M9 11V8a3 3 0 0 1 6 0v3'],
  plus: ['M12 5v14', 'M5 12h14'],
  close: ['M6 6l12 12', 'M18 6 6 18'],
  down: ['m6 9 6 6 6-6'],
  up: ['m6 15 6-6 6 6'],
  right: ['m9 6 6 6-6 6'],
  left: ['m15 6-6 6 6 6'],
  check: ['m5 12 5 5 9-10'],
  minus: ['M6 12h12'],
  search: ['M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14z', 'm16.5 16.5 4 4'],
  people: ['M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z', 'M2.5 20a6.5 6.5 0 0 1 13 0', 'M16 4.5a3.5 3.5 0 0 1 0 6', 'M18 14.2a6.5 6.5 0 0 1 3.5 5.8'],
  person: ['M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8z', 'M4.5 20.5a7.5 7.5 0 0 1 15 0'],
  pin: ['M9 4h6l-1 6 3 3.5H7L10 10z', 'M12 13.5V20'],
  reply: ['m9 6-5 5 5 5', 'M4 11h9a7 7 0 0 1 7 7v1'],
  pencil: ['M4 20l1-4L16.5 4.5l3 3L8 19z', 'm14 7 3 3'],
  trash: ['M5 7h14', 'M9 7V4h6v3', 'M7 7l1 13h8l1-13', 'M10.5 11v5', 'M13.5 11v5'],
  smile: ['M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18z', 'M8.5 14a4.5 4.5 0 0 0 7 0', 'M9 9.5v.5', 'M15 9.5v.5'],
  link: ['M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-5.7-5.7l-1 1', 'M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 5.700 5.700l1-1'],
  copy: ['M9 9h11v11H9z', 'M5 15H4V4h11v1'],
  more: ['M6 12v.01', 'M12 12v.01', 'M18 12v.01'],
  gear: [
    'M12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6z',
    'M12 3v2.500M12 18.500V21M3 12h2.500M18.500 12H21M5.600 5.600l1.800 1.800M16.600 16.600l1.800 1.800M5.600 18.400l1.800-1.800M16.600 7.400l1.800-1.800',
  ],
  leave: ['M14 5H5v14h9', 'M10 12h11', 'm17.500 8.500 3.500 3.500-3.500 3.500'],
  menu: ['M4 7h16', 'M4 12h16', 'M4 17h16'],
  invite: ['M10 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7z', 'M3 20a7 7 0 0 1 12.500-4.300', 'M19 14v6', 'M16 17h6'],
  send: ['M4 12 20 4l-5 16-3.500-6.500z', 'm11.500 13.500 4-4.500'],
  warn: ['M12 4 2.500 20h19z', 'M12 10v4.500', 'M12 17.200v.1'],
  clock: ['M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18z', 'M12 7.500V12l3 2'],
  shield: ['M12 3l7.500 3v5.500c0 4.500-3 8-7.500 9.500-4.500-1.500-7.500-5-7.500-9.500V6z'],
  retry: ['M19 12a7 7 0 1 1-2-5', 'M19 4v4h-4'],
  at: ['M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8z', 'M16 8v5a2.500 2.500 0 0 0 5 0v-1a9 9 0 1 0-3.500 7.100'],
  crown: ['M4 18h16', 'M4 18 3 8l5 4 4-7 4 7 5-4-1 10'],
  compass: ['M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18z', 'm15.500 8.500-2 5-5 2 2-5z'],
} as const;

export type IconName = keyof typeof outlines;

/** A picture beside or instead of a word; the control that holds it carries the label. */
export function Icon(props: { name: IconName; size?: number }) {
  return (
    <svg
      width={props.size ?? 18}
      height={props.size ?? 18}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width={props.name === 'more' ? 2.6 : 1.8}
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      style={{ flex: 'none' }}
    >
      <For each={outlines[props.name]}>{(d) => <path d={d} />}</For>
    </svg>
  );
}
