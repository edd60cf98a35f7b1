import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { endpoints } from './schemas/client/endpoints.ts';
import { eventBodies } from './schemas/events.ts';
import { gatewayEvents } from './schemas/gateway/events.ts';
import { closeCodes } from './schemas/gateway/frames.ts';
import { limits } from './schemas/limits.ts';

const folder = fileURLToPath(new URL('./', import.meta.url));
const chapters = filesBelow('text', '.md');
const clauses = chapters.flatMap((file) =>
  [...read(file).matchAll(/^\*\*\[([A-Z]+-\d+)\]\*\*/gm)].map(([, id]) => id!),
);
const known = new Set(clauses);
const text = chapters.map(read).join('\n');

function filesBelow(place: string, ending: string): string[] {
  return readdirSync(path.join(folder, place), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending) && !name.includes('node_modules'))
    .map((name) => path.join(place, name));
}
function read(file: string): string {
  return readFileSync(path.join(folder, file), 'utf8');
}

test('every clause has an id of its own', () => {
  assert.deepEqual(
    clauses.filter((id, index) => clauses.indexOf(id) !== index),
    [],
  );
});

test('the overview lists every chapter with the clauses in it', () => {
  const overview = read('text/00-overview.md');
  for (const file of chapters) {
    const kinds = [...new Set([...read(file).matchAll(/^\*\*\[([A-Z]+)-\d+\]\*\*/gm)].map(([, kind]) => kind!))];
    if (kinds.length === 0) continue;
    const row = overview.split('\n').find((line) => line.includes(`](${path.basename(file)}) |`));
    const listed = row?.split('|').at(-2)?.trim().split(', ');
    assert.deepEqual(listed?.toSorted(), kinds.toSorted(), file);
  }
});

test('every clause says what must or should be', () => {
  for (const file of chapters) {
    for (const [paragraph, id] of read(file).matchAll(/^\*\*\[([A-Z]+-\d+)\]\*\*(?:(?!\n\n)[\s\S])*/gm)) {
      assert.match(paragraph, /\b(MUST|SHOULD|MAY|may)\b/, id);
    }
  }
});

test('every endpoint names a clause that is there', () => {
  assert.deepEqual(
    endpoints.filter(({ clause }) => !known.has(clause)).map(({ name }) => name),
    [],
  );
});

test('every clause that a schema, client or chapter names is there', () => {
  const sources = [...filesBelow('schemas', '.ts'), ...filesBelow('client', '.ts'), ...filesBelow('generate', '.ts')];
  const named = sources.flatMap((file) =>
    [...read(file).matchAll(/\[([A-Z]+-\d+)\]/g)].map(([, id]) => ({ file, id: id! })),
  );
  assert.deepEqual(
    named.filter(({ id }) => !known.has(id)),
    [],
  );
  const referred = [
    ...text.matchAll(
      /\b((?:CAN|STR|EVT|REL|DM|REQ|PPL|SPC|ROL|MEM|MOD|CHN|INV|ERR|API|ACC|MSG|GW|PRE|MD|PERM|FED|KEY|SIG|INT|REP|VIS|LIVE|FOL|PEND|LIM|VER|BOT|RPT)-\d+)\b/g,
    ),
  ];
  assert.deepEqual(
    referred.map(([id]) => id).filter((id) => !known.has(id)),
    [],
  );
});

test('every endpoint, event and close code is in the text', () => {
  const names = [...endpoints.map(({ name }) => name), ...Object.keys(eventBodies), ...Object.keys(closeCodes)];
  assert.deepEqual(
    names.filter((name) => !text.includes(`\`${name}\``)),
    [],
  );
  const unsaid = Object.keys(gatewayEvents).filter((name) => !text.includes(`\`${name}\``));
  assert.deepEqual(
    unsaid.filter((name) => !/^(message|reaction|pin)\./.test(name)),
    [],
  );
});

test('the limits of the text are those of the schemas', () => {
  const table = read('text/09-versioning.md');
  for (const [name, value] of Object.entries(limits)) {
    const shown = name === 'timeoutMs' ? `${value / 86_400_000} days` : value.toLocaleString('en');
    assert(table.includes(shown), `${name}: ${shown}`);
  }
});
