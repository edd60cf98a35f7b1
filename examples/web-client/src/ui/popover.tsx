import { createSignal, type JSX, onCleanup, onMount, Show } from 'solid-js';
import { Portal } from 'solid-js/web';
import './popover.css';

export type Anchor = HTMLElement | { x: number; y: number };

interface Open {
  anchor: Anchor;
  render: (close: () => void) => JSX.Element;
  side: 'below' | 'beside' | 'above';
  /** Hands the focus back to where it was; off for what opens under the typing hand. */
  returnFocus: boolean;
}

const [open, setOpen] = createSignal<Open>();

/** Shows something small at an element or a point; a press elsewhere or Esc takes it away. */
export function showPopover(
  anchor: Anchor,
  render: Open['render'],
  options: Partial<Pick<Open, 'side' | 'returnFocus'>> = {},
): void {
  setOpen({ anchor, render, side: 'below', returnFocus: true, ...options });
}

export function closePopover(): void {
  setOpen(undefined);
}

/** Where the one popover stands. */
export function Popovers() {
  return (
    <Show when={open()} keyed>
      {(shown) => <Popover {...shown} />}
    </Show>
  );
}

function Popover(props: Open) {
  let element!: HTMLDivElement;
  const before = document.activeElement as HTMLElement | null;
  // What stands outside an open modal dialog is inert, so the popover goes into the dialog of its anchor.
  const dialogs = document.querySelectorAll('dialog[open]');
  const home = dialogs[dialogs.length - 1] ?? document.body;

  const boxOf = (anchor: Anchor) =>
    anchor instanceof HTMLElement ? anchor.getBoundingClientRect() : new DOMRect(anchor.x, anchor.y, 0, 0);
  let box = boxOf(props.anchor);

  const place = () => {
    // Tools that only show while something is pointed at may be gone by now: then where they were counts.
    if (props.anchor instanceof HTMLElement && props.anchor.isConnected) box = boxOf(props.anchor);
    const { offsetWidth: width, offsetHeight: height } = element;
    const gap = 6;
    let x = props.side === 'beside' ? box.right + gap : box.left;
    let y = props.side === 'beside' ? box.top : props.side === 'above' ? box.top - height - gap : box.bottom + gap;
    if (props.side === 'beside' && x + width > innerWidth - gap) x = box.left - width - gap;
    if (props.side === 'below' && y + height > innerHeight - gap && box.top - height - gap > 0)
      y = box.top - height - gap;
    element.style.left = `${Math.max(gap, Math.min(x, innerWidth - width - gap))}px`;
    element.style.top = `${Math.max(gap, Math.min(y, innerHeight - height - gap))}px`;
  };

  onMount(() => {
    element.showPopover();
    place();
    const resized = new ResizeObserver(place);
    resized.observe(element);
    (
      element.querySelector<HTMLElement>('[autofocus]') ??
      element.querySelector<HTMLElement>('button, input, [tabindex="0"]') ??
      element
    ).focus({ preventScroll: true });
    const outside = (event: PointerEvent) => {
      if (element.contains(event.target as Node)) return;
      // A second press on the button that opened it only closes it.
      if (props.anchor instanceof HTMLElement && props.anchor.contains(event.target as Node)) {
        const swallow = (click: Event) => click.stopPropagation();
        props.anchor.addEventListener('click', swallow, { once: true, capture: true });
        setTimeout(() => (props.anchor as HTMLElement).removeEventListener('click', swallow, { capture: true }), 500);
      }
      closePopover();
    };
    addEventListener('pointerdown', outside, true);
    addEventListener('resize', closePopover);
    onCleanup(() => {
      resized.disconnect();
      removeEventListener('pointerdown', outside, true);
      removeEventListener('resize', closePopover);
      const inside = element.contains(document.activeElement) || document.activeElement === document.body;
      if (props.returnFocus && inside)
        queueMicrotask(() => before?.isConnected && before.focus({ preventScroll: true }));
    });
  });

  return (
    <Portal mount={home}>
      <div
        ref={element}
        class="popover"
        popover="manual"
        tabindex={-1}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          event.stopPropagation();
          closePopover();
        }}
      >
        {props.render(closePopover)}
      </div>
    </Portal>
  );
}
