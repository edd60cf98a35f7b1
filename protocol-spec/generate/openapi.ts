import { Type } from 'typebox';
import { botsMayCall } from '../schemas/client/bot-access.ts';
import type { Endpoint } from '../schemas/client/endpoint.ts';
import { endpoints } from '../schemas/client/endpoints.ts';
import { ErrorAnswer, type RefusalCode, refusals } from '../schemas/errors.ts';
import { type Json, type JsonObject, SchemaComponents } from './schema-components.ts';

const tags: Record<string, string> = {
  server: 'What this homeserver is',
  accounts: 'Accounts and profiles',
  sessions: 'Logging in and out',
  people: 'Friends, blocks, direct messages, groups and message requests',
  presence: 'Who is there',
  spaces: 'Communities',
  roles: 'Roles',
  channels: 'Channels and what they allow',
  members: 'Members',
  moderation: 'Kick, ban, timeout and the audit log',
  invites: 'Invites',
  messages: 'Messages, reactions, pins, read markers',
  bots: 'Bot accounts, their tokens, and what communities grant them',
};

/** The client API as an OpenAPI 3.1 document. [API-1] */
export function openApi(): JsonObject {
  const components = new SchemaComponents('#/components/schemas');
  const error = components.of(ErrorAnswer, true);
  const paths: Record<string, JsonObject> = {};
  for (const endpoint of endpoints) {
    const path = (paths[endpoint.path] ??= {});
    path[endpoint.method.toLowerCase()] = operation(endpoint, components, error);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Folkmoot client API',
      version: '1',
      description:
        'What a client asks of its homeserver. The normative text is in `protocol-spec/text`; `x-clause` names the clause.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/api/v1' }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: components.all(),
      headers: rateLimitHeaders,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'Access token, `fm_s_…`' },
        cookie: {
          type: 'apiKey',
          in: 'cookie',
          name: 'folkmoot_session',
          description:
            'httpOnly; the name begins with `__Host-` where the homeserver is reached by https. Every method but GET also needs the header `X-Folkmoot-Request: 1`',
        },
      },
    },
  };
}

const rateLimitHeaders = {
  'RateLimit-Limit': { description: 'Requests in one window', schema: { type: 'integer' } },
  'RateLimit-Remaining': { description: 'Requests left in this window', schema: { type: 'integer' } },
  'RateLimit-Reset': { description: 'Seconds until the window ends', schema: { type: 'integer' } },
  'Retry-After': { description: 'Seconds to wait', schema: { type: 'integer' } },
};

function operation(endpoint: Endpoint, components: SchemaComponents, error: JsonObject): JsonObject {
  const { name, tag, summary, clause, permission, limit, auth, body } = endpoint;
  return {
    operationId: name,
    tags: [tag],
    summary,
    'x-clause': clause,
    'x-rate-limit': limit,
    ...(permission ? { 'x-permission': permission } : {}),
    security: auth === 'none' ? [] : [{ bearer: [] }, { cookie: [] }],
    parameters: [...parameters(endpoint, 'path', components), ...parameters(endpoint, 'query', components)],
    ...(body ? { requestBody: { required: !Type.IsOptional(body), content: json(components.of(body, false)) } } : {}),
    responses: { [endpoint.status]: success(endpoint, components), ...failures(endpoint, error) },
  };
}

function parameters(endpoint: Endpoint, place: 'path' | 'query', components: SchemaComponents): Json[] {
  const schema = place === 'path' ? endpoint.params : endpoint.query;
  const required = new Set<string>((schema as { required?: string[] } | undefined)?.required);
  return Object.entries(schema?.properties ?? {}).map(([name, property]) => ({
    name,
    in: place,
    required: required.has(name),
    schema: components.of(property, false),
  }));
}

function success({ status, answer }: Endpoint, components: SchemaComponents): JsonObject {
  const headers = headersOf(['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset']);
  if (!answer) return { description: 'Done', headers };
  return {
    description: status === 201 ? 'Created' : 'The answer',
    headers,
    content: json(components.of(answer, true)),
  };
}

function failures(endpoint: Endpoint, error: JsonObject): JsonObject {
  const byStatus = Map.groupBy(refusalsOf(endpoint), (code) => refusals[code].status);
  const sorted = [...byStatus].sort(([a], [b]) => a - b);
  return Object.fromEntries(
    sorted.map(([status, codes]) => [
      String(status),
      {
        description: codes.map((code) => `\`${code}\``).join(', '),
        'x-codes': codes,
        ...(status === 429 || status === 503 ? { headers: headersOf(['Retry-After']) } : {}),
        content: json(error),
      },
    ]),
  );
}

/** What an endpoint can refuse: its own codes, and those that come from the way to it. [ERR-3] */
export function refusalsOf(endpoint: Endpoint): RefusalCode[] {
  const { auth, method, params, query, body } = endpoint;
  const codes: RefusalCode[] = [...endpoint.refusals, 'rate_limited', 'internal', 'unavailable'];
  if (auth === 'session') codes.push('unauthenticated', 'session_ended');
  if (auth === 'session' && !botsMayCall.has(endpoint.name)) codes.push('bots_cannot');
  if (params) codes.push('not_found');
  if (query) codes.push('invalid_query');
  if (body)
    codes.push('invalid_body', 'invalid_json', 'invalid_text', 'too_deep', 'too_large', 'unsupported_media_type');
  if (method !== 'GET') codes.push('cross_site', 'read_only', 'storage_full');
  return [...new Set(codes)].sort();
}

function headersOf(names: (keyof typeof rateLimitHeaders)[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

function json(schema: JsonObject): JsonObject {
  return { 'application/json': { schema } };
}
