import { mkdirSync, writeFileSync } from 'node:fs';
import { configReference, exampleConfig } from './config-reference.ts';

// Run it after a change of settings.ts: node server/base/generate-reference.ts
const folder = new URL('../docs/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('configuration.md', folder), configReference());
writeFileSync(new URL('folkmoot.example.toml', folder), exampleConfig());
