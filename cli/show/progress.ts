export interface Progress {
  /** Says how far it is, not more often than the eye follows. */
  tell(text: () => string): void;
  /** Takes the line away. */
  end(): void;
}

const EVERY_MS = 200;

/** A line on the terminal that is written over again and again; nothing where there is none. */
export function createProgress(wanted: boolean): Progress {
  const shown = wanted && process.stderr.isTTY === true;
  let next = performance.now() + EVERY_MS;
  let written = false;
  return {
    tell(text) {
      if (!shown || performance.now() < next) return;
      next = performance.now() + EVERY_MS;
      written = true;
      process.stderr.write(`\r\u001b[K${text()}`);
    },
    end() {
      if (written) process.stderr.write('\r\u001b[K');
      written = false;
    },
  };
}
