import { generate, generators } from './generators.ts';

for (const generator of generators) {
  generate(generator);
  process.stdout.write(`${generator.writes} is up to date\n`);
}
