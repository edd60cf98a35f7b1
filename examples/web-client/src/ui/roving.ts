import { onCleanup, onMount } from 'solid-js';

/**
 * One stop of the Tab key for a list; arrow keys, Home and End move within it.
 * Items carry `data-rove`; `columns` makes a grid of it.
 */
export function roving(
  container: () => HTMLElement,
  options: { columns?: () => number; wrap?: boolean } = {},
): (event: KeyboardEvent) => void {
  const items = () =>
    [...container().querySelectorAll<HTMLElement>('[data-rove]')].filter((item) => item.offsetParent !== null);
  const stand = (chosen?: HTMLElement) => {
    const all = items();
    const current =
      chosen ??
      all.find((item) => item.tabIndex === 0 && item.dataset['rove'] !== 'no') ??
      all.find((item) => item.getAttribute('aria-current')) ??
      all[0];
    for (const item of all) item.tabIndex = item === current ? 0 : -1;
  };
  onMount(() => {
    const element = container();
    const onFocus = (event: FocusEvent) => {
      const item = (event.target as HTMLElement).closest<HTMLElement>('[data-rove]');
      if (item) stand(item);
    };
    const watcher = new MutationObserver(() => stand());
    watcher.observe(element, { childList: true, subtree: true });
    element.addEventListener('focusin', onFocus);
    stand();
    onCleanup(() => {
      watcher.disconnect();
      element.removeEventListener('focusin', onFocus);
    });
  });
  return (event) => {
    const columns = options.columns?.() ?? 1;
    const steps: Record<string, number> = {
      ArrowDown: columns,
      ArrowUp: -columns,
      ...(columns > 1 ? { ArrowRight: 1, ArrowLeft: -1 } : {}),
    };
    const all = items();
    const at = all.indexOf((event.target as HTMLElement).closest<HTMLElement>('[data-rove]')!);
    let next: number | undefined;
    if (event.key === 'Home') next = 0;
    else if (event.key === 'End') next = all.length - 1;
    else if (event.key in steps) next = at + steps[event.key]!;
    if (next === undefined || at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (options.wrap) next = (next + all.length) % all.length;
    const target = all[next];
    event.preventDefault();
    target?.focus();
  };
}
