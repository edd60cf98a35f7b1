import { Type } from 'typebox';
import { endpoint } from './endpoint.ts';

const open = { additionalProperties: false } as const;

export const ServerInfo = Type.Object(
  {
    name: Type.String({ description: 'Server name' }),
    software: Type.String(),
    version: Type.String(),
    versions: Type.Array(Type.Integer(), { description: 'Protocol versions' }),
    registration: Type.Union([Type.Literal('open'), Type.Literal('invite'), Type.Literal('closed')]),
    email: Type.Union([Type.Literal('required'), Type.Literal('optional'), Type.Literal('off')]),
    set_up: Type.Boolean({ description: 'Whether there is an admin' }),
    gateway: Type.String({ description: 'Path of the gateway' }),
    features: Type.Array(Type.String()),
  },
  { ...open, $id: 'ServerInfo' },
);

export const getServer = endpoint({
  name: 'getServer',
  method: 'GET',
  path: '/server',
  tag: 'server',
  summary: 'What this homeserver is and whether it takes new accounts',
  clause: 'API-1',
  auth: 'none',
  limit: 'anonymous',
  status: 200,
  answer: ServerInfo,
  refusals: [],
});
