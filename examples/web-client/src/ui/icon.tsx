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
  people: [
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z',
    'M2.5 20a6.5 6.5 0 0 1 13 0',
    'M16 4.5a3.5 3.5 0 0 1 0 6',
    'M18 14.2a6.5 6.5 0 0 1 3.5 5.8',
  ],
  person: ['M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8z', 'M4.5 20.5a7.5 7.5 0 0 1 15 0'],
  pin: ['M9 4h6l-1 6 3 3.5H7L10 10z', 'M12 13.5V20'],
  reply: ['m9 6-5 5 5 5', 'M4 11h9a7 7 0 0 1 7 7v1'],
  pencil: ['M4 20l1-4L16.5 4.5l3 3L8 19z', 'm14 7 3 3'],
  flag: ['M6 21V4', 'M6 4.5h11l-2.5 4 2.5 4H6'],
  trash: ['M5 7h14', 'M9 7V4h6v3', 'M7 7l1 13h8l1-13', 'M10.5 11v5', 'M13.5 11v5'],
  smile: ['M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18z', 'M8.5 14a4.5 4.5 0 0 0 7 0', 'M9 9.5v.5', 'M15 9.5v.5'],
  link: ['M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-5.7-5.7l-1 1', 'M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 5.7 5.7l1-1'],
  copy: ['M9 9h11v11H9z', 'M5 15H4V4h11v1'],
  more: ['M6 12v.01', 'M12 12v.01', 'M18 12v.01'],
  gear: [
    'M4 8h8.5',
    'M17.5 8H20',
    'M15 5.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z',
    'M4 16h2.5',
    'M11.5 16H20',
    'M9 13.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z',
  ],
  leave: ['M14 5H5v14h9', 'M10 12h11', 'm17.5 8.5 3.5 3.5-3.5 3.5'],
  info: ['M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18z', 'M12 11v5', 'M12 7.5v.1'],
  keyboard: ['M3 6h18v12H3z', 'M7 10v.01', 'M12 10v.01', 'M17 10v.01', 'M8 14.5h8'],
  menu: ['M4 7h16', 'M4 12h16', 'M4 17h16'],
  invite: ['M10 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z', 'M3 20a7 7 0 0 1 12.5-4.3', 'M19 14v6', 'M16 17h6'],
  send: ['M4 12 20 4l-5 16-3.5-6.5z', 'm11.5 13.5 4-4.5'],
  warn: ['M12 4 2.5 20h19z', 'M12 10v4.5', 'M12 17.2v.1'],
  clock: ['M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18z', 'M12 7.5V12l3 2'],
  shield: ['M12 3l7.5 3v5.5c0 4.5-3 8-7.5 9.5-4.5-1.5-7.5-5-7.5-9.5V6z'],
  retry: ['M19 12a7 7 0 1 1-2-5', 'M19 4v4h-4'],
  at: ['M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8z', 'M16 8v5a2.5 2.5 0 0 0 5 0v-1a9 9 0 1 0-3.5 7.1'],
  crown: ['M4 18h16', 'M4 18 3 8l5 4 4-7 4 7 5-4-1 10'],
  message: ['M4 5h16v11h-9l-5 4v-4H4z'],
  inbox: ['M4 13 6.5 5h11L20 13v6H4z', 'M4 13h5l1.5 2.5h3L15 13h5'],
  block: ['M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18z', 'm5.8 5.8 12.4 12.4'],
  mic: ['M12 3.5a3 3 0 0 1 3 3V11a3 3 0 0 1-6 0V6.5a3 3 0 0 1 3-3z', 'M5.5 11a6.5 6.5 0 0 0 13 0', 'M12 17.5V21'],
  'mic-off': [
    'M9 8.5V11a3 3 0 0 0 5 2.2',
    'M15 10V6.5a3 3 0 0 0-5.7-1.3',
    'M5.5 11a6.5 6.5 0 0 0 10 5.5',
    'M18.5 11c0 1-.2 1.9-.6 2.7',
    'M12 17.5V21',
    'M4 3.5 20 20.5',
  ],
  priority: ['M4 10v4h3l8 4V6l-8 4z', 'M8 14.5 9 19h2', 'M18.5 9.5a4 4 0 0 1 0 5'],
  headphones: [
    'M4 15v-3a8 8 0 0 1 16 0v3',
    'M4 14h3.5v6H5.5A1.5 1.5 0 0 1 4 18.5z',
    'M20 14h-3.5v6h2a1.5 1.5 0 0 0 1.5-1.5z',
  ],
  'headphones-off': [
    'M4 15v-3a8 8 0 0 1 1.8-5',
    'M9 4.6A8 8 0 0 1 20 12v3',
    'M4 14h3.5v6H5.5A1.5 1.5 0 0 1 4 18.5z',
    'M20 14h-3.5v2.5',
    'M4 3.5 20 20.5',
  ],
  camera: ['M3.5 7h11v10h-11z', 'm14.5 11 6-3.5v9l-6-3.5z'],
  'camera-off': ['M8.5 7h6v6', 'M13 17H3.5V7h.5', 'm14.5 11 6-3.5v9', 'M3.5 3.5 20 20.5'],
  screen: ['M3 5h18v11H3z', 'M9 20h6', 'M12 16v4', 'M12 13V8.5', 'm9.5 10.5 2.5-2.5 2.5 2.5'],
  phone: [
    'M5 4h4l1.5 4.5L8 10a12 12 0 0 0 6 6l1.5-2.5L20 15v4a1.5 1.5 0 0 1-1.5 1.5A15.5 15.5 0 0 1 3.5 5.5 1.5 1.5 0 0 1 5 4z',
  ],
  'hang-up': ['M3 14.5c4.5-5 13.5-5 18 0l-2 2.5-4-1.5v-2.5a9.5 9.5 0 0 0-6 0v2.5L5 17z'],
  grid: ['M4 4.5h7v6.5H4z', 'M13.5 4.5h6.5v6.5h-6.5z', 'M4 13.5h7v6H4z', 'M13.5 13.5h6.5v6h-6.5z'],
  spotlight: ['M4 4.5h16v9.5H4z', 'M4 17h4v2.5H4z', 'M10 17h4v2.5h-4z', 'M16 17h4v2.5h-4z'],
  float: ['M4 5h16v14H4z', 'M12 12h6v5h-6z'],
  signal: ['M5 19v-3', 'M10 19v-7', 'M15 19V9', 'M20 19V5'],
  compass: ['M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18z', 'm15.5 8.5-2 5-5 2 2-5z'],
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
