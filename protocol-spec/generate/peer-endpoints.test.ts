import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { peerEndpoints } from '../schemas/federation/endpoints.ts';

test('every request between homeservers is in the reference', async () => {
  const folder = new URL('../schemas/federation/', import.meta.url);
  const files = readdirSync(folder).filter((name) => name !== 'endpoints.ts');
  const modules = await Promise.all(
    files.map((name) => import(new URL(name, folder).href) as Promise<Record<string, unknown>>),
  );
  const isEndpoint = (value: unknown) => typeof value === 'object' && value !== null && 'clause' in value;
  const found = new Set(modules.flatMap((exports) => Object.values(exports)).filter(isEndpoint));
  assert.deepEqual(new Set<unknown>(peerEndpoints), found);
});
