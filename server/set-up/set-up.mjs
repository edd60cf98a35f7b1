import path from 'node:path';
import { prepareDependencies } from './dependencies.mjs';
import { prepareMediaWorkerAnew, prepareMediaWorkerBehind } from './media-worker.mjs';
import { handOver, root, say, SetUpError } from './progress.mjs';
import { prepareTestParts, prepareWebClientForTests } from './test-parts.mjs';
import { prepareWebClient } from './web-client.mjs';

// `npm start`, `npm test` and `npm run check` come here first and are then carried out under the packaged Node.
// Not in npm's pre hooks, because those do not run where ignore-scripts is set, as it is for this project.

const testing = (file) => path.join(root, 'server/testing', file);
const testedRooms = '{protocol-spec,federation,server,cli,conformance-tests,examples}';

/** What each deed needs beside the packages, what goes on behind it, and the program that then takes over. */
const deeds = {
  'set-up': { prepare: [prepareWebClient, prepareMediaWorkerAnew], program: undefined },
  start: { behind: prepareMediaWorkerBehind, prepare: [prepareWebClient], program: ['server/main.ts'] },
  test: {
    prepare: [prepareWebClientForTests, prepareTestParts],
    program: [`--import=${testing('end-of-file.ts')}`, '--test', '--test-concurrency=2', '--test-timeout=300000'],
    everything: [`--test-global-setup=${testing('whole-run.ts')}`, `${testedRooms}/**/*.test.ts`],
  },
  check: { prepare: [], program: ['server/set-up/check.ts'] },
  demo: { behind: prepareMediaWorkerBehind, prepare: [prepareWebClient], program: ['server/demo/main.ts'] },
  chaos: { prepare: [], program: ['server/faults/chaos/main.ts'] },
};

async function main([name, ...rest]) {
  const deed = Object.hasOwn(deeds, name ?? '') ? deeds[name] : undefined;
  if (deed === undefined) throw new SetUpError(`usage: set-up.mjs ${Object.keys(deeds).join('|')} [arguments]`);
  const node = await prepareDependencies();
  const behind = await deed.behind?.();
  try {
    return await carryOut(deed, node, rest);
  } finally {
    await behind?.stop();
  }
}

async function carryOut(deed, node, rest) {
  for (const prepare of deed.prepare) await prepare(node);
  if (deed.program === undefined) return 0;
  // Files named on the command line are run instead of all of them.
  const files = rest.some((argument) => argument.endsWith('.test.ts')) ? [] : (deed.everything ?? []);
  // Node keeps what it made of each .ts file there: a start takes less time and 25 MB less memory.
  const cache = path.resolve(path.dirname(node), '../.cache/node');
  const env = {
    NODE_COMPILE_CACHE: cache,
    ...process.env,
    PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}`,
  };
  return handOver(node, [...deed.program, ...rest, ...files], { env });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SetUpError)) throw error;
  say(`\n${error.message}`);
  process.exitCode = 1;
}
