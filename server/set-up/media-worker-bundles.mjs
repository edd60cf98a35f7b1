import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

// Most of the time a compiler has for the worker goes into reading the same headers for each of its 250 small sources.
// Many of them in one unit take it less than a third of the time. Names that are private to a source may be there in
// another one, too; such two are kept apart.

const MOST = 20;

const lists = [
  { file: 'meson.build', list: 'common_sources' },
  { file: 'deps/libwebrtc/meson.build', list: 'libwebrtc_sources' },
];

/** It specialises templates that others would have made use of before. */
const alone = new Set(['src/RTC/RTCP/Feedback.cpp']);

/** Changes the sources of the worker in this folder so that many are compiled as one. */
export function bundleSources(worker) {
  for (const { file, list } of lists) {
    const build = path.join(worker, file);
    const folder = path.dirname(build);
    const text = readFileSync(build, 'utf8');
    const parts = [...text.matchAll(new RegExp(`^( *${list} \\+?= )\\[([^\\]]*)\\]`, 'gm'))];
    const sources = parts.flatMap(([, , names]) => [...names.matchAll(/'([^']+)'/g)].map(([, name]) => name));
    const units = bundlesOf(sources, (source) => privateNames(readFileSync(path.join(folder, source), 'utf8'))).map(
      (bundle, index) => (bundle.length === 1 ? bundle[0] : writeBundle(folder, bundle, index)),
    );
    const bundled = parts.reduce((rest, [whole, begin], index) => {
      const names = index === 0 ? units.map((unit) => `'${unit}'`).join(', ') : '';
      return rest.replace(whole, `${begin}[${names}]`);
    }, text);
    writeFileSync(build, bundled);
  }
}

/** No two sources of a bundle have a name in common. */
export function bundlesOf(sources, namesOf) {
  const bundles = [];
  for (const source of sources) {
    const names = namesOf(source);
    const fits = (bundle) => bundle.sources.length < MOST && !names.some((name) => bundle.names.has(name));
    let bundle = alone.has(source) ? undefined : bundles.find((one) => !alone.has(one.sources[0]) && fits(one));
    if (bundle === undefined) bundles.push((bundle = { sources: [], names: new Set() }));
    bundle.sources.push(source);
    for (const name of names) bundle.names.add(name);
  }
  return bundles.map((bundle) => bundle.sources);
}

const declared = [
  /^\s{0,3}(?:(?:inline|static|thread_local|constexpr|const)\s+)+[^;=(){}]*?(\w+)\s*(?:\[[^\]]*\]\s*)?[=({;]/gm,
  /^\s*#\s*define\s+(\w+)/gm,
  /^(?:enum|struct|class)\s+(?:class\s+)?(\w+)/gm,
];
const enumerated = /^enum\b[^{;]*\{([^}]*)\}/gm;
const nameless = /^([ \t]*)namespace\s*\{?\s*\n([\s\S]*?)^\1\}/gm;
const inNameless = /^\s*[\w:<>*& ,]*?\b(\w+)\s*[({=;]/gm;

/** What a source keeps for itself: constants, functions, macros and types that are seen nowhere else. Rather too many than too few. */
export function privateNames(source) {
  const text = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
  const names = declared.flatMap((pattern) => [...text.matchAll(pattern)].map(([, name]) => name));
  for (const [, values] of text.matchAll(enumerated)) names.push(...values.match(/\w+/g));
  for (const [, , block] of text.matchAll(nameless))
    names.push(...[...block.matchAll(inNameless)].map(([, name]) => name));
  // Each of them names its class for the log.
  return names.filter((name) => name !== 'MS_CLASS');
}

function writeBundle(folder, sources, index) {
  const name = `bundle-${index}${path.extname(sources[0])}`;
  writeFileSync(path.join(folder, name), sources.map((source) => `#include "${source}"\n#undef MS_CLASS\n`).join(''));
  return name;
}
