import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkerOf } from '../schemas/check.ts';
import { endpoints } from '../schemas/client/endpoints.ts';
import { gatewayEvents } from '../schemas/gateway/events.ts';
import { clientFrames, serverFrames } from '../schemas/gateway/frames.ts';
import { type Permission, permissionNames } from '../schemas/permissions.ts';
import { gatewayReference } from './gateway.ts';
import { openApi } from './openapi.ts';
import { staleOutputs } from './outputs.ts';
import type { Json, JsonObject } from './schema-components.ts';

const document = openApi();
const gateway = gatewayReference();

function* refsIn(value: Json): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value) && typeof value['$ref'] === 'string') yield value['$ref'];
  for (const part of Object.values(value)) yield* refsIn(part);
}

function resolves(root: JsonObject, ref: string): boolean {
  const parts = ref.replace('#/', '').split('/');
  return parts.reduce<Json | undefined>((value, part) => (value as JsonObject | undefined)?.[part], root) !== undefined;
}

function operations(): { path: string; operation: JsonObject }[] {
  return Object.entries(document['paths'] as Record<string, JsonObject>).flatMap(([path, methods]) =>
    Object.values(methods).map((operation) => ({ path, operation: operation as JsonObject })),
  );
}

test('the generated files are up to date', () => assert.deepEqual(staleOutputs(), []));

test('every endpoint is one operation with an id of its own', () => {
  const ids = operations().map(({ operation }) => operation['operationId'] as string);
  assert.deepEqual(ids.sort(), endpoints.map(({ name }) => name).sort());
  assert.equal(new Set(ids).size, ids.length);
});

test('every reference leads somewhere', () => {
  for (const root of [document, gateway as unknown as JsonObject]) {
    for (const ref of refsIn(root)) assert(resolves(root, ref), ref);
  }
});

test('every parameter of a path is described, and no other', () => {
  for (const { path, operation } of operations()) {
    const described = (operation['parameters'] as JsonObject[])
      .filter((one) => one['in'] === 'path')
      .map((one) => one['name']);
    assert.deepEqual(
      described,
      [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
      path,
    );
  }
});

test('every operation has a success, refusals, a clause and a known tag', () => {
  const tags = new Set((document['tags'] as JsonObject[]).map((tag) => tag['name']));
  for (const { path, operation } of operations()) {
    const statuses = Object.keys(operation['responses'] as JsonObject);
    assert.match(statuses[0]!, /^20[0124]$/, path);
    assert(statuses.includes('429') && statuses.includes('500'), path);
    assert.match(operation['x-clause'] as string, /^[A-Z]+-[0-9]+$/);
    assert(tags.has((operation['tags'] as string[])[0]!));
    const permission = operation['x-permission'] as Permission | undefined;
    assert(permission === undefined || permissionNames.includes(permission), path);
  }
});

test('nothing of TypeBox is in the documents, and no schema has an id of its own', () => {
  for (const root of [document, gateway]) assert.doesNotMatch(JSON.stringify(root), /"\$id"|"~/);
});

test('the examples of frames and events are what the schemas ask for', () => {
  for (const [schemas, described] of [
    [clientFrames, gateway.client_frames],
    [serverFrames, gateway.server_frames],
    [gatewayEvents, gateway.events],
  ] as const) {
    for (const [name, schema] of Object.entries(schemas)) assert(checkerOf(schema)(described[name]!.example), name);
  }
});
