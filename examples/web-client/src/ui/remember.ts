import { createSignal, type Signal } from 'solid-js';

/** A signal that is kept on this device; where storage is forbidden, for this visit. */
export function remembered<T>(name: string, initial: T): Signal<T> {
  const key = `folkmoot.${name}`;
  const [value, setValue] = createSignal<T>(read(key, initial));
  const keep = (next: T) => {
    try {
      localStorage.setItem(key, JSON.stringify(next));
    } catch {
      // Private windows may forbid it.
    }
  };
  const set = ((next: T | ((before: T) => T)) => {
    const made = typeof next === 'function' ? (next as (before: T) => T)(value()) : next;
    setValue(() => made);
    keep(made);
    return made;
  }) as Signal<T>[1];
  return [value, set];
}

function read<T>(key: string, initial: T): T {
  try {
    const text = localStorage.getItem(key);
    return text === null ? initial : (JSON.parse(text) as T);
  } catch {
    return initial;
  }
}
