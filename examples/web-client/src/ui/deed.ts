import { createSignal } from 'solid-js';

export interface Deed<A extends unknown[]> {
  run: (...given: A) => Promise<boolean>;
  busy: () => boolean;
  problem: () => unknown;
  clear: () => void;
}

/** Something a person starts that takes a while and can fail; a second start while it runs is ignored. */
export function createDeed<A extends unknown[]>(work: (...given: A) => Promise<unknown>): Deed<A> {
  const [busy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<unknown>();
  const run = async (...given: A): Promise<boolean> => {
    if (busy()) return false;
    setBusy(true);
    setProblem(undefined);
    try {
      await work(...given);
      return true;
    } catch (error) {
      setProblem(() => error);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { run, busy, problem, clear: () => setProblem(undefined) };
}
