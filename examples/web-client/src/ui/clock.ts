import { createSignal } from 'solid-js';

const [now, setNow] = createSignal(Date.now());
setInterval(() => setNow(Date.now()), 15_000);

/** The time, to a quarter of a minute; what shows it follows it. */
export { now };
