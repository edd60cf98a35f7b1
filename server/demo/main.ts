import { parseArgs } from 'node:util';
import { startDemo } from './demo.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8441' },
    folder: { type: 'string' },
  },
});

const stopped = Promise.withResolvers<void>();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.resolve());

await using demo = await startDemo({
  port: Number(values.port),
  ...(values.folder === undefined ? {} : { folder: values.folder }),
  say: (line) => process.stdout.write(`${line}\n`),
});
process.stdout.write(demo.whereToLook);
await stopped.promise;
process.stdout.write('\nstopping\n');
