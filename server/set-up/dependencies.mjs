import { existsSync, lstatSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { root, runQuietly, SetUpError, withProgress } from './progress.mjs';

/** node:crypto has argon2id from here on, and `.ts` files run as they are. */
const neededNode = [24, 7];

const packagedNode = path.join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
const linkedNode = path.join(root, 'node_modules', '.bin', 'node');
const isThere = (link) => lstatSync(link, { throwIfNoEntry: false }) !== undefined;

/** Installs the packages when they are not the ones of the lock file; answers with the path of a Node that is new enough. */
export async function prepareDependencies() {
  const isCopyFromElsewhere = isThere(linkedNode) && !existsSync(packagedNode);
  if (isCopyFromElsewhere || !packagesMatchLock()) await installPackages();
  if (await isUsable(packagedNode)) {
    // npm 9, which Debian 12 has, installs the packaged Node without its link, and npm's scripts would not find it.
    if (!isThere(linkedNode)) symlinkSync(path.relative(path.dirname(linkedNode), packagedNode), linkedNode);
    return linkedNode;
  }
  // It is built for glibc. Where it cannot run it would still stand first on the PATH of npm's scripts.
  rmSync(linkedNode, { force: true });
  for (const candidate of [process.execPath, process.env.npm_node_execpath]) {
    if (candidate !== undefined && (await isUsable(candidate))) return candidate;
  }
  throw new SetUpError(noNodeMessage());
}

/**
 * npm writes down what it installed. That list is compared rather than times, so neither a fresh checkout nor a
 * branch switch that leaves the lock file as it was installs anything again.
 */
export function packagesMatchLock(folder = root) {
  const wanted = readPackages(path.join(folder, 'package-lock.json'));
  const present = readPackages(path.join(folder, 'node_modules', '.package-lock.json'));
  if (wanted === undefined) throw new SetUpError('package-lock.json is missing: this is not a complete checkout.');
  if (present === undefined) return false;
  for (const [place, entry] of Object.entries(wanted)) {
    if (!place.includes('node_modules/')) continue;
    const found = present[place];
    if (found === undefined && (entry.optional || entry.devOptional || entry.peer)) continue;
    if (found === undefined || found.version !== entry.version) return false;
  }
  return true;
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

// npm's own waits add up to more than a minute before it says that there is no network.
const retries = ['--fetch-retries=2', '--fetch-retry-mintimeout=2000', '--fetch-retry-maxtimeout=6000'];

async function installPackages() {
  // Under another Node than ours, because npm deletes node_modules first.
  const args = [
    'ci',
    '--ignore-scripts',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    ...retries,
    '--loglevel=error',
  ];
  const { npm_node_execpath: node, npm_execpath: npm } = process.env;
  const direct = node !== undefined && npm?.endsWith('.js') && !node.startsWith(path.join(root, 'node_modules'));
  const environment = hostEnvironment();
  await withProgress('Installing packages', async () => {
    const { code, output } = direct
      ? await runQuietly(node, [npm, ...args], environment)
      : await runQuietly('npm', args, { ...environment, shell: process.platform === 'win32' });
    if (code !== 0) throw new SetUpError(`${firstErrors(output)}\n\n${adviceOn(code, output)}`);
  });
}

/** npm prints its whole manual after some errors. */
const firstErrors = (output) => output.trim().split('\n').slice(0, 12).join('\n');

function hostEnvironment() {
  const ours = path.join(root, 'node_modules');
  const rest = (process.env.PATH ?? '').split(path.delimiter).filter((part) => !part.startsWith(ours));
  return { env: { ...process.env, PATH: rest.join(path.delimiter) } };
}

function adviceOn(code, output) {
  if (code === null) return 'npm was not found. It comes with Node.js; on Debian: apt-get install npm';
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED|network/i.test(output)) {
    return 'The package registry cannot be reached. It is needed this once: connect this machine (or set a mirror with\n`npm config set registry <address>`, or a proxy with HTTPS_PROXY) and run the same command again.';
  }
  if (/EACCES|EPERM|EROFS/.test(output)) return `This user may not write to ${root}: run as the owner of that folder.`;
  if (/ENOSPC/.test(output)) return 'The disk is full: about 600 MB are needed.';
  return '`npm ci` failed; its own words are above.';
}

async function isUsable(node) {
  const { code, output } = await runQuietly(node, ['--version']);
  return code === 0 && isNewEnough(output);
}

/** `text` is what `node --version` prints. */
export function isNewEnough(text) {
  const [major = 0, minor = 0] = (/^v(\d+)\.(\d+)/.exec(text) ?? []).slice(1).map(Number);
  return major > neededNode[0] || (major === neededNode[0] && minor >= neededNode[1]);
}

function noNodeMessage() {
  return [
    `Folkmoot runs on Node ${neededNode.join('.')} or newer; this is ${process.version} on ${process.platform} ${process.arch}.`,
    'On Linux (x64 and arm64, glibc) it is installed with the packages, unless npm is told to omit optional ones.',
    'Elsewhere install Node 24 yourself (https://nodejs.org or your package manager) and run the same command again.',
  ].join('\n');
}
