import { type Layer, Router, type RouterMiddleware } from '@koa/router';
import type { Middleware } from 'koa';
import type { HttpContext, HttpState } from './http-context.ts';

type RouteLayer = Layer<HttpState>;

interface Branch {
  fixed: Map<string, Branch>;
  parameter: Branch | undefined;
  layers: RouteLayer[];
}

const branch = (): Branch => ({ fixed: new Map(), parameter: undefined, layers: [] });

export interface IndexedRouter {
  /** Adds a route; parameters of the path are in braces. */
  add(method: string, path: string, answer: (context: HttpContext) => Promise<void>): void;
  middleware: Middleware<HttpState>;
}

/**
 * The router with a tree of path segments in front: it tries the layers of one path instead of the regular expressions of all.
 * Fixed segments come before parameters, so `/users/me` is never `/users/{user}`.
 */
export function createIndexedRouter(): IndexedRouter {
  const root = branch();
  const router = new Router<HttpState>({ sensitive: true, strict: true });

  router.match = (path, method) => {
    const candidates: RouteLayer[] = [];
    collect(root, path.split('/'), 0, candidates);
    const layer = candidates.find(({ methods }) => methods.includes(method));
    return { path: candidates, pathAndMethod: layer ? [layer] : [], route: layer !== undefined };
  };

  return {
    add(method, path, answer) {
      const pattern = path.replace(/\{([a-z_]+)\}/g, ':$1');
      let place = root;
      for (const segment of pattern.split('/')) {
        if (segment.startsWith(':')) place = place.parameter ??= branch();
        else {
          const next = place.fixed.get(segment) ?? branch();
          place.fixed.set(segment, next);
          place = next;
        }
      }
      place.layers.push(router.register(pattern, [method], answer as RouterMiddleware<HttpState>) as RouteLayer);
    },
    middleware: router.routes() as unknown as Middleware<HttpState>,
  };
}

function collect(place: Branch, segments: string[], at: number, found: RouteLayer[]): void {
  if (at === segments.length) return void found.push(...place.layers);
  const segment = segments[at] as string;
  const fixed = place.fixed.get(segment);
  if (fixed) collect(fixed, segments, at + 1, found);
  if (place.parameter && segment !== '') collect(place.parameter, segments, at + 1, found);
}
