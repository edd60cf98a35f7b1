const pressMs = 480;
const slack = 10;

/** Calls back when a finger rests on an element: touch screens without a context menu of their own get one. */
export function longPress(element: HTMLElement, run: (point: { x: number; y: number }) => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let start = { x: 0, y: 0 };
  const stop = () => clearTimeout(timer);
  element.addEventListener('pointerdown', (event) => {
    stop();
    if (event.pointerType === 'mouse' || (event.target as Element).closest('a, button, textarea')) return;
    start = { x: event.clientX, y: event.clientY };
    timer = setTimeout(() => run(start), pressMs);
  });
  element.addEventListener('pointermove', (event) => {
    if (Math.hypot(event.clientX - start.x, event.clientY - start.y) > slack) stop();
  });
  for (const name of ['pointerup', 'pointercancel', 'contextmenu'] as const) element.addEventListener(name, stop);
}
