import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Environment, listenAddressOf, loadConfig } from './config.ts';
import { describeConfig } from './describe-config.ts';
import { StartError } from './errors.ts';

interface Given {
  toml?: string;
  environment?: Environment;
  files?: Record<string, string>;
}

function load(t: TestContext, { toml, environment = {}, files = {} }: Given = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'folkmoot-config-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  if (toml !== undefined) writeFileSync(join(folder, 'folkmoot.toml'), toml);
  const inFolder = ([name, value]: [string, string | undefined]) => [name, value?.replace('$FOLDER', folder)];
  return loadConfig({ folder, environment: Object.fromEntries(Object.entries(environment).map(inFolder)) });
}

/** The lines of the error, without its title. */
function problems(t: TestContext, given: Given): string[] {
  try {
    load(t, given);
  } catch (error) {
    assert.ok(error instanceof StartError && error.code === 'bad_config');
    return error.message.split('\n').slice(1);
  }
  throw new assert.AssertionError({ message: 'The settings were taken' });
}

test('nothing has to be set', (t) => {
  const { config, origins } = load(t);
  assert.equal(config.server_name, 'localhost');
  assert.equal(config.public_url, 'http://localhost:8448');
  assert.equal(config.database, undefined);
  assert.deepEqual(config.trusted_proxies, []);
  assert.equal(origins.get('listen'), 'default');
});

test('the environment comes before the file and the file before the default', (t) => {
  const { config, origins } = load(t, {
    toml: 'registration = "closed"\nemail = "off"\ntrusted_proxies = ["::1"]',
    environment: { FOLKMOOT_REGISTRATION: 'invite', FOLKMOOT_TRUSTED_PROXIES_FILE: '$FOLDER/proxies' },
    files: { proxies: '127.0.0.1, 10.0.0.0/8\n' },
  });
  assert.equal(config.registration, 'invite');
  assert.equal(config.email, 'off');
  assert.deepEqual(config.trusted_proxies, ['127.0.0.1', '10.0.0.0/8']);
  assert.equal(origins.get('registration'), 'FOLKMOOT_REGISTRATION');
  assert.equal(origins.get('trusted_proxies'), 'FOLKMOOT_TRUSTED_PROXIES_FILE');
  assert.match(origins.get('email') ?? '', /^email in .*folkmoot\.toml$/);
});

test('the public address follows from the name and the port', (t) => {
  const publicUrl = (environment: Environment) => load(t, { environment }).config.public_url;
  assert.equal(publicUrl({ FOLKMOOT_LISTEN: '0.0.0.0:9000' }), 'http://localhost:9000');
  assert.equal(publicUrl({ FOLKMOOT_SERVER_NAME: 'home.example' }), 'https://home.example');
  assert.equal(publicUrl({ FOLKMOOT_PUBLIC_URL: 'https://chat.home.example/' }), 'https://chat.home.example');
});

test('a relative data folder starts at the working directory', (t) => {
  assert.ok(load(t).config.data.startsWith(tmpdir()));
});

test('an unknown name is an error that suggests the nearest one', (t) => {
  assert.deepEqual(problems(t, { environment: { FOLKMOOT_REGISTRATON: 'open' } }), [
    '  - FOLKMOOT_REGISTRATON is not a setting; did you mean FOLKMOOT_REGISTRATION?',
  ]);
  const [line] = problems(t, { toml: 'publicurl = "https://a.example"' });
  assert.match(line ?? '', /publicurl in .*folkmoot\.toml is not a setting; did you mean public_url\?$/);
});

test('names of objects are no settings', (t) => {
  assert.equal(problems(t, { toml: '"__proto__" = 1\n"constructor" = 2' }).length, 2);
});

test('every wrong value is told at once, with where it is and what was expected', (t) => {
  const lines = problems(t, {
    toml: 'email = true',
    environment: { FOLKMOOT_LOG: 'loud', FOLKMOOT_LISTEN: 'here', FOLKMOOT_PUBLIC_URL: 'javascript:alert(1)' },
  });
  assert.equal(lines.length, 4);
  assert.match(lines[0] ?? '', /FOLKMOOT_LISTEN: expected an address and a port.*, not "here"/);
  assert.match(lines[2] ?? '', /email in .*folkmoot\.toml: expected one of required, optional, off, not true/);
});

test('a wrong secret is not shown', (t) => {
  const lines = problems(t, {
    environment: { FOLKMOOT_MASTER_KEY: 'hunter2', FOLKMOOT_DATABASE: 'mysql://u:hunter2@h/d' },
  });
  assert.equal(lines.length, 2);
  assert.doesNotMatch(lines.join(), /hunter2/);
});

test('a value and a file for the same setting, a missing file, broken TOML', (t) => {
  assert.match(
    problems(t, { environment: { FOLKMOOT_LOG: 'info', FOLKMOOT_LOG_FILE: '/nowhere' } })[0] ?? '',
    /FOLKMOOT_LOG and FOLKMOOT_LOG_FILE are both set/,
  );
  assert.match(
    problems(t, { environment: { FOLKMOOT_LOG_FILE: '/nowhere' } })[0] ?? '',
    /FOLKMOOT_LOG_FILE: \/nowhere cannot be read \(ENOENT\)/,
  );
  assert.match(problems(t, { toml: 'a = 1\nlog = info' })[0] ?? '', /folkmoot\.toml, line 2: /);
  assert.match(problems(t, { environment: { FOLKMOOT_CONFIG: 'other.toml' } })[0] ?? '', /other\.toml cannot be read/);
});

test('an empty variable is not set, other variables are left alone', (t) => {
  const { config } = load(t, { environment: { FOLKMOOT_DATABASE: '', FOLKMOOT_TEST_POSTGRES: 'x', PATH: '/bin' } });
  assert.equal(config.database, undefined);
});

test('a secret may be a systemd credential', (t) => {
  const key = 'k'.repeat(43);
  const { config, origins } = load(t, {
    environment: { CREDENTIALS_DIRECTORY: '$FOLDER' },
    files: { 'folkmoot-master-key': `${key}\n`, 'folkmoot-server-name': 'evil.example' },
  });
  assert.equal(config.master_key, key);
  assert.equal(config.server_name, 'localhost');
  assert.equal(origins.get('master_key'), 'credential folkmoot-master-key');
});

test('the settings in use are shown without secrets', (t) => {
  const shown = describeConfig(
    load(t, { environment: { FOLKMOOT_DATABASE: 'postgres://u:hunter2@h/d', FOLKMOOT_MASTER_KEY: 'k'.repeat(43) } }),
  );
  const valueOf = (name: string) => shown.find((setting) => setting.name === name)?.value;
  assert.equal(valueOf('database'), 'postgres://u:hidden@h/d');
  assert.equal(valueOf('master_key'), '(hidden)');
  assert.equal(valueOf('listen'), '127.0.0.1:8448');
});

test('addresses to listen on', () => {
  assert.deepEqual(listenAddressOf('0'), { host: '127.0.0.1', port: 0 });
  assert.deepEqual(listenAddressOf('0.0.0.0:80'), { host: '0.0.0.0', port: 80 });
  assert.deepEqual(listenAddressOf('[::1]:8448'), { host: '::1', port: 8448 });
});
