import { Type } from 'typebox';
import { ChannelId } from '../ids.ts';
import { SpaceKind } from '../objects.ts';
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

const Count = Type.Integer({ minimum: 0 });

export const VoiceQuality = Type.Object(
  {
    off: Type.Union([Type.String(), Type.Null()], { description: 'Why there is no voice' }),
    channels: Type.Array(
      Type.Object(
        {
          channel: ChannelId,
          kind: SpaceKind,
          name: Type.Optional(Type.String({ description: 'Of the channel, in a community' })),
          space_name: Type.Optional(Type.String({ description: 'Of the community' })),
          participants: Count,
          producers: Count,
          consumers: Count,
          bitrate_in: Type.Number({ description: 'Bits per second from the participants' }),
          bitrate_out: Type.Number({ description: 'Bits per second to the participants' }),
          loss: Type.Number({ description: 'Share of packets lost on the worst of the ways, 0 to 1' }),
        },
        open,
      ),
    ),
    workers: Type.Array(
      Type.Object(
        {
          pid: Type.Integer(),
          load: Type.Number({ description: 'What it carries, in consumers' }),
          cpu: Type.Number({ description: 'Seconds of a processor since it was started' }),
          memory: Type.Number({ description: 'Bytes' }),
        },
        open,
      ),
    ),
  },
  { ...open, $id: 'VoiceQuality' },
);

export const getVoiceQuality = endpoint({
  name: 'getVoiceQuality',
  method: 'GET',
  path: '/server/voice',
  tag: 'server',
  summary: 'For admins: the voice channels with people in them, their traffic and losses, and the media workers',
  clause: 'QUAL-1',
  auth: 'session',
  limit: 'session',
  status: 200,
  answer: VoiceQuality,
  refusals: ['forbidden'],
});
