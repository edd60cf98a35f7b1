import { after } from 'node:test';

/** How long a file of tests may go on after its last test, in ms. */
const PATIENCE_MS = 120_000;

// What a test that failed has left open would keep the run from ever ending.
after(() => {
  const end = () => {
    process.stderr.write(
      `${process.argv[1]} is over and still has open: ${process.getActiveResourcesInfo().join(', ')}\n`,
    );
    process.exit(1);
  };
  setTimeout(end, PATIENCE_MS).unref();
});
