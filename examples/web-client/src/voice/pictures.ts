import { type Picture, setVoiceNow, voiceNow } from './voice-now.ts';

/** Widths in pixels of the places in which a picture stands. */
const looks = new Map<string, Map<object, number>>();
let lookedDifferently: (() => void) | undefined;

export function onLooks(listener: (() => void) | undefined): void {
  lookedDifferently = listener;
}

/** Says how wide a picture is shown by somebody; `undefined` where not any more. */
export function look(producer: string, by: object, width: number | undefined): void {
  const all = looks.get(producer) ?? new Map<object, number>();
  if (width === undefined) all.delete(by);
  else all.set(by, width);
  if (all.size === 0) looks.delete(producer);
  else looks.set(producer, all);
  lookedDifferently?.();
}

/** The layer that fits the widest place; `undefined` where nobody looks. */
export function spatialOf(producer: string): number | undefined {
  const all = looks.get(producer);
  if (!all) return undefined;
  const width = Math.max(...all.values()) * Math.min(devicePixelRatio, 2);
  return width <= 320 ? 0 : width <= 640 ? 1 : 2;
}

export function showPicture(picture: Picture): void {
  setVoiceNow('pictures', (all) => [...all.filter(({ producer }) => producer !== picture.producer), picture]);
}

export function hidePicture(producer: string): void {
  if (voiceNow.pictures.some((one) => one.producer === producer))
    setVoiceNow('pictures', (all) => all.filter((one) => one.producer !== producer));
}
