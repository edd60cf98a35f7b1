import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { bundlesOf, privateNames } from './media-worker-bundles.mjs';
import { root } from './progress.mjs';

const works = `printf '#!/bin/sh\\nexit 41\\n' > "$2/mediasoup-worker"; chmod +x "$2/mediasoup-worker"`;
const programs = {
  meson: 'if [ "$1" = setup ]; then for last; do out="$before"; before="$last"; done; mkdir -p "$out"; fi',
  'c++': 'exit 0',
  flatc: 'exit 0',
  'pkg-config': 'exit 0',
};
const ninja = (deed: string) => `[ "$1" = --version ] && exit 0; echo "[1/2] a"; echo "[2/2] b"; ${deed}`;

/** A machine on which `ninja` does this, and whatever is not named is not installed. */
function machine(t: TestContext, tools: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(path.join(tmpdir(), 'folkmoot set-up '));
  t.after(() => rmSync(folder, { recursive: true }));
  const bin = path.join(folder, 'bin');
  mkdirSync(bin);
  for (const [name, deed] of Object.entries(tools))
    writeFileSync(path.join(bin, name), `#!/bin/sh\n${deed}\n`, { mode: 0o755 });
  for (const name of ['sh', 'mkdir', 'chmod']) symlinkSync(`/bin/${name}`, path.join(bin, name));
  const script = path.join(root, 'server', 'set-up', 'media-worker.mjs');
  const places = path.join(root, 'server', 'set-up', 'media-worker-place.mjs');
  const startAndStop = `
    const behind = await m.prepareMediaWorkerBehind();
    const { findMediaWorker } = await import(${JSON.stringify(places)});
    console.log(findMediaWorker().reason);
    const f = await behind.stop();`;
  return (
    deed: 'prepareMediaWorker' | 'prepareMediaWorkerAnew' | 'startAndStop',
    more: Record<string, string> = {},
  ) => {
    const does = deed === 'startAndStop' ? startAndStop : `const f = await m.${deed}();`;
    const code = `const m = await import(${JSON.stringify(script)}); ${does} console.log('\\n' + JSON.stringify(f));`;
    const env = { PATH: bin, HOME: folder, ...more };
    const ran = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8', env });
    assert.equal(ran.status, 0, ran.stderr);
    const said = ran.stdout.trim().split('\n');
    return {
      said: said.slice(0, -1).join('\n'),
      found: JSON.parse(said.at(-1) ?? '') as { file?: string; from?: string; reason?: string },
    };
  };
}

const built = existsSync(path.join(root, 'node_modules', 'mediasoup', 'worker', 'out'))
  ? 'a prebuilt worker is here'
  : false;

test('the media worker is built once, kept outside of node_modules, and then used', { skip: built }, (t) => {
  const prepare = machine(t, { ...programs, ninja: ninja(works) });
  const first = prepare('prepareMediaWorker');
  assert.match(first.said, /this once, about \d+ (s|min)/);
  assert.match(first.found.file ?? '', /\.cache\/folkmoot\/media-worker\/3\.\d+\.\d+-\w+-\w+-\d+\/mediasoup-worker$/);
  const second = prepare('prepareMediaWorker');
  assert.deepEqual(second, { said: '', found: { file: first.found.file, from: 'built here' } });
});

test('a compiler that does not take many sources as one gets them one by one', { skip: built }, (t) => {
  const picky = `if [ -f "$2/../worker/bundle-0.cpp" ]; then echo "bundle-0.cpp:1: error: twice"; exit 1; fi; ${works}`;
  const { said, found } = machine(t, { ...programs, ninja: ninja(picky) })('prepareMediaWorker');
  assert.match(said, /built, kept in/);
  assert.equal(found.from, 'built here');
});

test('sources that keep the same name for themselves are not put together', () => {
  const sources: Record<string, string> = {
    'a.cpp': 'namespace RTC\n{\n\tstatic constexpr size_t Most{ 3 };\n}\n',
    'b.cpp': 'namespace RTC\n{\n\tsize_t Other::Most() { return 1; } // static int Least = 1;\n}\n',
    'c.cpp': 'namespace {\nint Most(int x) {\n  return x;\n}\n}\n',
    'd.cpp': 'enum { Least, Most = 4 };\nstatic std::mutex Lock;\n',
    'e.cpp': '#define MS_CLASS "e"\nstatic std::mutex Lock;\n',
  };
  const bundles = bundlesOf(Object.keys(sources), (name) => privateNames(sources[name] ?? ''));
  assert.deepEqual(bundles, [['a.cpp', 'b.cpp', 'e.cpp'], ['c.cpp'], ['d.cpp']]);
});

test('while it is built behind other things, others see that; whoever stops it may begin anew', {
  skip: built,
}, (t) => {
  const slow = machine(t, { ...programs, ninja: ninja('exec /bin/sleep 60') });
  const { said, found } = slow('startAndStop');
  assert.match(said, /Building[\s\S]*meanwhile[\s\S]*being built, about \d+ s more/);
  assert.match(found.reason ?? '', /stopped/);
  assert.match(slow('startAndStop').said, /Building/);
});

test('a build that failed is remembered with its reason, until somebody asks for it', { skip: built }, (t) => {
  const broken = machine(t, { ...programs, ninja: ninja('echo "x.cpp:1: error: no such thing"; exit 1') });
  assert.match(broken('prepareMediaWorker').said, /Building[\s\S]*voice is off: .*x\.cpp:1: error: no such thing/);
  const again = broken('prepareMediaWorker');
  assert.match(again.said, /^voice is off: .*no such thing.*npm run set-up/);
  assert.match(broken('prepareMediaWorkerAnew').said, /Building/);
});

test('what is missing for a build is said at once, with the packages that have it', { skip: built }, (t) => {
  const bare = machine(t, { 'c++': 'exit 0', 'pkg-config': 'case "$2" in libuv) exit 1;; esac' });
  assert.match(
    bare('prepareMediaWorker').said,
    /^voice is off: .*apt-get install meson ninja-build flatbuffers-compiler libuv1-dev/,
  );
});

test('a worker that is named is the only one that is looked at', (t) => {
  const named = machine(t, { worker: 'exit 41', ...programs, ninja: ninja(works) });
  const { found } = named('prepareMediaWorker', { MEDIASOUP_WORKER_BIN: '/nowhere/worker' });
  assert.equal(found.file, undefined);
});
