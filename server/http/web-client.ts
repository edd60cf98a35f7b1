import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Middleware } from 'koa';
import { Refusal } from '../base/errors.ts';
import type { HttpState } from './http-context.ts';
import { notBuiltPage } from './not-built-page.ts';

interface StaticFile {
  path: string;
  type: string;
  /** The name holds a hash of the content. */
  immutable: boolean;
}

interface Content {
  etag: string;
  plain: Buffer;
  zipped: Buffer | undefined;
}

const types = new Map([
  ['html', 'text/html; charset=utf-8'],
  ['js', 'text/javascript; charset=utf-8'],
  ['css', 'text/css; charset=utf-8'],
  ['json', 'application/json; charset=utf-8'],
  ['webmanifest', 'application/manifest+json; charset=utf-8'],
  ['svg', 'image/svg+xml'],
  ['txt', 'text/plain; charset=utf-8'],
  ['png', 'image/png'],
  ['ico', 'image/x-icon'],
  ['webp', 'image/webp'],
  ['woff2', 'font/woff2'],
  ['wasm', 'application/wasm'],
]);
const zipped = /^(text|application\/(json|manifest|wasm)|image\/svg)/;
const zip = promisify(gzip);

/** Serves the built web client; pages that it routes itself get index.html. Only files found in the folder can be asked for. */
export function webClient(folder: string): Middleware<HttpState> {
  const files = new Map<string, StaticFile>();
  const contents = new Map<string, Promise<Content>>();
  let builtAt: number | undefined;

  /** A new build replaces what is known of the old one. */
  async function lookAgain(): Promise<boolean> {
    const built = await stat(join(folder, 'index.html')).then(
      (index) => index.mtimeMs,
      () => undefined,
    );
    if (built === builtAt) return built !== undefined;
    builtAt = built;
    contents.clear();
    files.clear();
    if (built !== undefined) for (const file of await filesBelow(folder, '')) files.set(file.path, file);
    return built !== undefined;
  }

  function contentOf(file: StaticFile): Promise<Content> {
    let content = contents.get(file.path);
    if (content === undefined) {
      content = readContent(join(folder, file.path), file.type);
      contents.set(file.path, content);
      content.catch(() => contents.delete(file.path));
    }
    return content;
  }

  return async (context, next) => {
    const { method, path } = context;
    if ((method !== 'GET' && method !== 'HEAD') || /^\/(api|gateway|metrics|\.well-known)(\/|$)/.test(path))
      return next();
    context.state.route = 'web client';
    let file = files.get(path);
    if (file === undefined || !file.immutable) {
      const isPage = !/\.[a-z0-9]+$/i.test(path) || path === '/index.html';
      if (!(await lookAgain())) return isPage ? notBuiltPage(context) : next();
      file = files.get(path) ?? (isPage ? files.get('/index.html') : undefined);
    }
    if (file === undefined) throw new Refusal('not_found');
    const content = await contentOf(file);
    context.set('ETag', content.etag);
    context.set('Cache-Control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
    context.vary('Accept-Encoding');
    context.status = 200;
    if (context.fresh) {
      context.status = 304;
      return;
    }
    context.type = file.type;
    if (content.zipped && context.acceptsEncodings('gzip') === 'gzip') {
      context.set('Content-Encoding', 'gzip');
      context.body = content.zipped;
    } else {
      context.body = content.plain;
    }
  };
}

async function filesBelow(folder: string, path: string): Promise<StaticFile[]> {
  const entries = await readdir(join(folder, path), { withFileTypes: true });
  const found = entries.map(async (entry): Promise<StaticFile[]> => {
    const inside = `${path}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(folder, inside);
    const type = types.get(entry.name.slice(entry.name.lastIndexOf('.') + 1));
    return entry.isFile() && type ? [{ path: inside, type, immutable: inside.startsWith('/assets/') }] : [];
  });
  return (await Promise.all(found)).flat();
}

async function readContent(file: string, type: string): Promise<Content> {
  const plain = await readFile(file);
  const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
  return { etag, plain, zipped: zipped.test(type) && plain.length > 1_024 ? await zip(plain) : undefined };
}
