import { showLayer } from '../ui/layers.tsx';
import { toastError } from '../ui/toast.tsx';

const load = () => import('./quick-switcher.tsx');
let isOpen = false;

/** Goes anywhere by a few letters of its name. */
export function showSwitcher(): void {
  if (isOpen) return;
  isOpen = true;
  load().then(
    ({ QuickSwitcher }) =>
      showLayer(
        (close) => QuickSwitcher({ close }),
        () => (isOpen = false),
      ),
    (error: unknown) => {
      isOpen = false;
      toastError(error);
    },
  );
}

/** Fetches it while nobody waits for anything, so that the first letters are not lost. */
export function prepareSwitcher(): void {
  setTimeout(() => void load().catch(() => {}), 2_000);
}
