const parts = 'dialog, [role="dialog"], main, aside, nav';

/**
 * Where what had the focus is taken away, and nothing else asks for it, the part of the page it was in gets it: keys and
 * screen readers go on there and not at the top of the page.
 */
export function keepFocus(): () => void {
  let had: Element | undefined;
  let within: Element[] = [];
  const gotFocus = ({ target }: FocusEvent) => {
    if (!(target instanceof Element)) return;
    had = target;
    within = [];
    for (let part = target.closest(parts); part; part = part.parentElement?.closest(parts) ?? null) within.push(part);
  };
  // An element that is taken away may lose the focus first.
  const lostFocus = () => queueMicrotask(() => had?.isConnected && document.activeElement !== had && (had = undefined));
  const goOn = () => {
    if (document.activeElement !== document.body || had?.isConnected !== false) return;
    const part = within.find((one) => one.isConnected) ?? document.querySelector('main');
    had = undefined;
    if (!(part instanceof HTMLElement)) return;
    part.tabIndex = -1;
    part.focus({ preventScroll: true });
  };
  const changes = new MutationObserver(() => {
    if (had?.isConnected === false) requestAnimationFrame(goOn);
  });
  document.addEventListener('focusin', gotFocus);
  document.addEventListener('focusout', lostFocus);
  changes.observe(document.body, { childList: true, subtree: true });
  return () => {
    document.removeEventListener('focusin', gotFocus);
    document.removeEventListener('focusout', lostFocus);
    changes.disconnect();
  };
}

/** Whether nothing on the page has the focus that would take a key. */
export function isNowhere(target: EventTarget | null): boolean {
  return target === document.body || (target instanceof Element && target.matches(parts) && !target.matches('dialog'));
}
