#!/usr/bin/env node
import { createProgram } from './program.ts';

// `folkmoot … | head` closes the pipe when it has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

const { run } = await createProgram(process.argv.slice(2));
process.exitCode = await run();
