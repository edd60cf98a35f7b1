import { type Picture, setVoiceNow, voiceNow } from './voice-now.ts';

const lingerMs = 1_500;

/** Widths in pixels of the places in which a picture stands. */
const looks = new Map<string, Map<object, number>>();
const leaving = new Map<object, ReturnType<typeof setTimeout>>();
let lookedDifferently: (() => void) | undefined;

export function onLooks(listener: (() => void) | undefined): void {
  lookedDifferently = listener;
}

/** Says how wide a picture is shown by somebody; `undefined` where not any more. */
export function look(producer: string, by: object, width: number | undefined): void {
  clearTimeout(leaving.get(by));
  if (width === undefined) {
    // Scrolling past and coming back soon asks nothing of the homeserver.
    const gone = () => {
      leaving.delete(by);
      const all = looks.get(producer);
      all?.delete(by);
      if (all?.size === 0) looks.delete(producer);
      lookedDifferently?.();
    };
    leaving.set(by, setTimeout(gone, lingerMs));
    return;
  }
  leaving.delete(by);
  const all = looks.get(producer) ?? new Map<object, number>();
  looks.set(producer, all.set(by, width));
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
