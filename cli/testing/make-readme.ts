import { writeFileSync } from 'node:fs';
import { readmeText } from './readme-text.ts';

// Run it after a change of a command: node cli/testing/make-readme.ts
writeFileSync(new URL('../README.md', import.meta.url), await readmeText());
