import { ServerName } from '@folkmoot/protocol-spec/schemas/ids.ts';
import { type Static, type TSchema, Type } from 'typebox';

/** One setting; the reference page is made from this. */
export interface Setting<S extends TSchema = TSchema> {
  schema: S;
  description: string;
  default?: string | readonly string[];
  /** Default in words, where it depends on other settings. */
  defaultText?: string;
  /** What is expected, in words; for a closed set the values themselves say it. */
  expected?: string;
  /** Never shown, and also taken from a systemd credential. */
  secret?: boolean;
}

export const settings = {
  server_name: {
    schema: ServerName,
    default: 'localhost',
    description:
      'The name of this homeserver in addresses such as alice@home.example. It cannot be changed once there is an account.',
    expected: 'a host name in lower case, such as home.example',
  },
  listen: {
    schema: Type.String({ pattern: '^((.+):)?[0-9]{1,5}$' }),
    default: '127.0.0.1:8448',
    description: 'Address and port to listen on. A port alone means 127.0.0.1; port 0 takes a free one.',
    expected: 'an address and a port, such as 127.0.0.1:8448, 0.0.0.0:80 or [::1]:8448',
  },
  public_url: {
    schema: Type.String({ pattern: '^https?://[^/?#@]+/?$' }),
    defaultText: '`http://localhost:<port of listen>`; with another server_name than localhost `https://<server_name>`',
    description: 'Where browsers reach this homeserver. Requests from pages of other origins are refused.',
    expected: 'an address such as https://chat.home.example, without a path',
  },
  data: {
    schema: Type.String({ minLength: 1 }),
    default: './data',
    description: 'Folder for the database and generated secrets, accessible to the user of the process only.',
    expected: 'a folder',
  },
  database: {
    schema: Type.String({ pattern: '^postgres(ql)?://' }),
    defaultText: 'SQLite in the data folder',
    description: 'A PostgreSQL database (15 or later) to use instead of SQLite.',
    expected: 'an address such as postgres://user:password@127.0.0.1/folkmoot',
    secret: true,
  },
  master_key: {
    schema: Type.String({ pattern: '^([A-Za-z0-9_-]{43}|[A-Za-z0-9+/]{43}=|[0-9a-fA-F]{64})$' }),
    defaultText: 'made at the first start and kept in `<data>/master.key`',
    description:
      'The key under which signing keys and e-mail addresses are sealed. Without it the data is of no use: keep a copy.',
    expected: '32 random bytes in base64url, base64 or hexadecimal',
    secret: true,
  },
  registration: {
    schema: Type.Enum(['open', 'invite', 'closed']),
    default: 'open',
    description: 'Who may make an account: anybody, those with an invite link to a community, or nobody.',
  },
  email: {
    schema: Type.Enum(['required', 'optional', 'off']),
    default: 'optional',
    description: 'Whether accounts have an e-mail address.',
  },
  log: {
    schema: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    default: 'info',
    description: 'The least important messages that are logged.',
  },
  log_format: {
    schema: Type.Enum(['auto', 'json', 'pretty']),
    default: 'auto',
    description: 'Lines of JSON, or lines for people; `auto` is for people on a terminal.',
  },
  rate_limits: {
    schema: Type.Enum(['on', 'off']),
    default: 'on',
    description: 'Limits on how fast somebody may act. `off` is for tests and benchmarks only.',
  },
  tls_certificate: {
    schema: Type.String({ minLength: 1 }),
    defaultText: 'none: a reverse proxy does TLS',
    description: 'File with the certificate chain (PEM) to serve HTTPS with. It is read again when it changes.',
    expected: 'a file; tls_key is needed too',
  },
  tls_key: {
    schema: Type.String({ minLength: 1 }),
    defaultText: 'none',
    description: 'File with the private key (PEM) of tls_certificate.',
    expected: 'a file',
  },
  federation: {
    schema: Type.Enum(['on', 'off', 'allow-list']),
    default: 'on',
    description:
      'Whether this homeserver talks with others: with all that are not blocked, with none, or with those of federation_allow only. It is always off where server_name is not a name that others can find, such as localhost.',
  },
  federation_allow: {
    schema: Type.Array(Type.String({ pattern: '^(\\*\\.)?[a-z0-9.-]+(:[1-9][0-9]{0,4})?$' })),
    default: [],
    description: 'The homeservers to talk with where federation is `allow-list`.',
    expected: 'a list of server names; `*.home.example` stands for all names below home.example',
  },
  federation_private_addresses: {
    schema: Type.Enum(['refuse', 'allow']),
    default: 'refuse',
    description:
      'Whether other homeservers may be at private addresses, and have names such as `a` or `127.0.0.1:8448`. `allow` is for tests and demonstrations only: strangers could make this homeserver ask its own network. With `refuse` names are asked of DNS alone, not of the hosts file.',
  },
  federation_ca: {
    schema: Type.String({ minLength: 1 }),
    defaultText: 'the authorities that Node knows',
    description:
      'File with certificates (PEM) of further authorities that other homeservers may have theirs from, for tests and closed networks.',
    expected: 'a file',
  },
  restore_wait: {
    schema: Type.String({ pattern: '^(manual|[0-9]{1,5})$' }),
    default: '60',
    description:
      'After a restore from a backup: for how many seconds other homeservers may hand back what was lost, before this one goes on without it. With `manual` it waits for `folkmoot restore finish`.',
    expected: 'seconds, or `manual`',
  },
  voice: {
    schema: Type.Enum(['on', 'off']),
    default: 'on',
    description:
      'Voice, video and screen sharing. It is also off where there is no media worker; the log says how to get one.',
  },
  voice_port: {
    schema: Type.String({ pattern: '^[0-9]{1,5}$' }),
    default: '8449',
    description:
      'Port for media, UDP and TCP; it has to be open from outside. Each further media worker takes the next port. Port 0 takes free ones.',
    expected: 'a port',
  },
  voice_workers: {
    schema: Type.String({ pattern: '^(auto|[1-9][0-9]?)$' }),
    default: 'auto',
    description:
      'Media workers, each with a processor core and a port of its own. `auto` is one for each core, up to eight.',
    expected: '`auto` or a number',
  },
  voice_listen: {
    schema: Type.String({ pattern: '^[0-9a-fA-F.:]+$' }),
    default: '0.0.0.0',
    description: 'Address that media workers listen on.',
    expected: 'an address of this machine, or 0.0.0.0 or :: for all of them',
  },
  voice_announced_address: {
    schema: Type.Array(Type.String({ pattern: '^[A-Za-z0-9.:-]+$' })),
    default: [],
    description:
      'Addresses or names under which clients reach the media ports. Without it those of this machine and of public_url are announced, which fails behind most address translation.',
    expected: 'a list of addresses or names, such as 203.0.113.7',
  },
  turn: {
    schema: Type.Enum(['auto', 'off']),
    default: 'auto',
    description:
      'Whether this homeserver runs coturn (TURN) for clients behind strict firewalls, where its program `turnserver` is installed and turn_urls is empty.',
  },
  turn_port: {
    schema: Type.String({ pattern: '^[0-9]{1,5}$' }),
    default: '3478',
    description: 'Port of the coturn that this homeserver runs, UDP and TCP. Port 0 takes a free one.',
    expected: 'a port',
  },
  turn_relay_ports: {
    schema: Type.String({ pattern: '^[0-9]{1,5}-[0-9]{1,5}$' }),
    default: '49160-49359',
    description: 'UDP ports that its relays use. Where media stay on this machine they need not be open from outside.',
    expected: 'a range, such as 49160-49359',
  },
  turn_urls: {
    schema: Type.Array(Type.String({ pattern: '^turns?:[^\\s,]+$' })),
    default: [],
    description: 'Another TURN server to use, which takes time-limited credentials made with turn_secret.',
    expected: 'a list such as turn:turn.home.example:3478?transport=udp',
  },
  turn_secret: {
    schema: Type.String({ minLength: 8 }),
    defaultText: 'made anew at each start for the coturn that this homeserver runs',
    description: 'The secret that is shared with the TURN server (coturn: static-auth-secret).',
    expected: 'at least 8 characters',
    secret: true,
  },
  metrics_token: {
    schema: Type.String({ pattern: '^[!-~]{16,}$' }),
    defaultText: 'none: there are no metrics',
    description: 'Whoever shows it as Bearer may read `/metrics`, in the text format of Prometheus.',
    expected: 'at least 16 characters without blanks',
    secret: true,
  },
  trusted_proxies: {
    schema: Type.Array(Type.String({ pattern: '^[0-9a-fA-F.:]+(/[0-9]{1,3})?$' })),
    default: [],
    description: 'Reverse proxies whose X-Forwarded-For is believed.',
    expected: 'a list of addresses or networks, such as 127.0.0.1, 10.0.0.0/8',
  },
} satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;

type Value<K extends SettingName> = Static<(typeof settings)[K]['schema']>;

/** Settings that may be absent altogether. */
type Absent =
  | 'database'
  | 'master_key'
  | 'tls_certificate'
  | 'tls_key'
  | 'federation_ca'
  | 'turn_secret'
  | 'metrics_token';

export type Config = { readonly [K in Exclude<SettingName, Absent>]: Value<K> } & { readonly [K in Absent]?: Value<K> };

export const settingNames = Object.keys(settings) as SettingName[];

/** `FOLKMOOT_…` variables that are no settings of the homeserver. */
export const otherVariables: Record<string, string> = {
  FOLKMOOT_CONFIG: 'The settings file to read instead of `./folkmoot.toml`.',
  FOLKMOOT_TEST_POSTGRES: 'For tests: a PostgreSQL server on which they may make and drop databases.',
  FOLKMOOT_TEST_KILLS: 'For tests: how often the server is killed under load.',
  FOLKMOOT_TEST_FLOOD: 'For tests: for how many seconds bogus requests of homeservers come in.',
  FOLKMOOT_BENCH_DATABASE: 'For benchmarks: a PostgreSQL database instead of SQLite.',
  FOLKMOOT_DEV_SERVER: 'For work on the web client: the homeserver that its development server talks to.',
};

export const settingOf = (name: SettingName): Setting => settings[name];

export const variableOf = (name: SettingName) => `FOLKMOOT_${name.toUpperCase()}`;

/** Name of the systemd credential of a secret setting. */
export const credentialOf = (name: SettingName) => `folkmoot-${name.replaceAll('_', '-')}`;

/** What a setting expects, for error texts and the reference. */
export function expectedOf(name: SettingName): string {
  const { schema } = settings[name];
  return 'enum' in schema ? `one of ${schema.enum.join(', ')}` : (settingOf(name).expected ?? 'text');
}
