import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from './log.ts';

function logged(act: (log: ReturnType<typeof createLog>) => void, format: 'json' | 'pretty' = 'json'): string {
  let lines = '';
  act(createLog({ level: 'info', format, write: (line) => (lines += line) }));
  return lines;
}

test('lines are JSON with level, time and message', () => {
  const line = JSON.parse(logged((log) => log.warn({ space: 's_1' }, 'slow'))) as Record<string, unknown>;
  assert.equal(line['level'], 'warn');
  assert.equal(line['msg'], 'slow');
  assert.equal(line['space'], 's_1');
  assert.match(String(line['time']), /^\d{4}-.*Z$/);
});

test('what is less important than the level is left out', () => {
  assert.equal(
    logged((log) => log.debug('hidden')),
    '',
  );
});

test('tokens, bodies, e-mail addresses and passwords in URLs do not get in, wherever they are', () => {
  const token = `fm_s_${'a'.repeat(43)}`;
  const lines = logged((log) => {
    log.info({ token: 'secret-1', nested: { password: 'secret-2', deep: { authorization: 'secret-3' } } }, 'fields');
    log.info({ body: { content: 'secret-4' }, headers: { cookie: 'secret-5' } }, 'request');
    log.info(`session ${token} of ann.o'neil@home.example`);
    log.error({ err: new Error('connect postgres://ann:secret-6@db/x', { cause: new Error(token) }) });
    log.error({ err: Object.assign(new Error('duplicate'), { detail: 'Key (email)=(secret-7) exists' }) });
    log.child({ email: 'secret-8' }).info('child');
  });
  assert.doesNotMatch(lines, /secret-|fm_s_a|neil@/);
  assert.equal(lines.split('\n').length - 1, 6);
});

test('errors keep type, code, stack and cause', () => {
  const error = Object.assign(new RangeError('outer', { cause: new Error('inner') }), { code: 'E_X' });
  const { err } = JSON.parse(logged((log) => log.error({ err: error }))) as { err: Record<string, unknown> };
  assert.equal(err['code'], 'E_X');
  assert.match(String(err['stack']), /outer/);
  assert.match(JSON.stringify(err['cause']), /inner/);
});

test('lines for people show message, fields and stack', () => {
  const text = logged((log) => log.error({ user: 'u_1', err: new Error('boom') }, 'failed'), 'pretty');
  assert.match(text, /error.*failed.*user=.*u_1/);
  assert.match(text, /\n {2}Error: boom\n {6}at /);
});
