import { Refusal } from '../base/errors.ts';
import { checkOf } from '../http/checks.ts';
import { queryReader } from '../http/query.ts';
import { isStorable } from '../http/json-text.ts';
import type { PeerBinding } from './endpoint.ts';

export interface Route {
  binding: PeerBinding;
  params: Record<string, string>;
  readQuery(querystring: string): Record<string, unknown>;
}

interface Entry {
  binding: PeerBinding;
  segments: readonly string[];
  readQuery(querystring: string): Record<string, unknown>;
}

/** The endpoints by method and path. A parameter that does not have its form names nothing. */
export function peerRouter(prefix: string, bindings: readonly PeerBinding[]) {
  const entries: Entry[] = bindings.map((binding) => ({
    binding,
    segments: (prefix + binding.endpoint.path).split('/'),
    readQuery: queryReader(binding.endpoint.query),
  }));
  const byLength = Map.groupBy(entries, ({ segments }) => segments.length);

  function matching(path: string): { entry: Entry; params: Record<string, string> }[] {
    const given = path.split('/');
    return (byLength.get(given.length) ?? []).flatMap((entry) => {
      const params = paramsOf(entry.segments, given);
      return params ? [{ entry, params }] : [];
    });
  }

  return {
    /** How large a body may be: known before it is proven who asks. */
    maxBytes(method: string, path: string): number | undefined {
      const found = matching(path).find(({ entry }) => entry.binding.endpoint.method === method);
      return found && (found.entry.binding.endpoint.maxBytes ?? 0);
    },
    /** Throws `not_found` and `method_not_allowed`; asked once it is proven who asks. */
    find(method: string, path: string): Route {
      const inPath = matching(path);
      const found = inPath.find(({ entry }) => entry.binding.endpoint.method === method);
      if (!found) throw new Refusal(inPath.length === 0 ? 'not_found' : 'method_not_allowed');
      const { entry, params } = found;
      const schema = entry.binding.endpoint.params;
      if (schema && checkOf(schema)(params)) throw new Refusal('not_found');
      return { binding: entry.binding, params, readQuery: entry.readQuery };
    },
  };
}

function paramsOf(segments: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const text = given[index]!;
    if (!segment.startsWith('{')) {
      if (segment !== text) return undefined;
      continue;
    }
    const value = decoded(text);
    if (value === undefined) return undefined;
    params[segment.slice(1, -1)] = value;
  }
  return params;
}

function decoded(text: string): string | undefined {
  try {
    const value = decodeURIComponent(text);
    return value !== '' && isStorable(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
