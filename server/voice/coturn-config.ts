export interface CoturnOptions {
  port: number;
  /** First and last, as `49160-49359`. */
  relayPorts: string;
  realm: string;
  secret: string;
  folder: string;
  /** Only people in front of this machine use it, so media may stay on it. */
  isLocal: boolean;
  /** Addresses that the admin announces for media: relays may lead there, even where they are private. */
  announced: readonly string[];
}

/** Networks that nobody outside may reach through a relay. coturn judges IPv4 inside IPv6 as IPv4. */
const refusedPeers = [
  '0.0.0.0-0.255.255.255',
  '10.0.0.0-10.255.255.255',
  '100.64.0.0-100.127.255.255',
  '127.0.0.0-127.255.255.255',
  '169.254.0.0-169.254.255.255',
  '172.16.0.0-172.31.255.255',
  '192.0.0.0-192.0.0.255',
  '192.168.0.0-192.168.255.255',
  '198.18.0.0-198.19.255.255',
  '224.0.0.0-255.255.255.255',
  '64:ff9b::-64:ff9b::ffff:ffff',
  'fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  'fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  'ff00::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
];

/** The file that coturn is run with. */
export function coturnConfig(options: CoturnOptions): string {
  const { port, relayPorts, realm, secret, folder, isLocal, announced } = options;
  const [first, last] = relayPorts.split('-');
  const local = ['allow-loopback-peers'];
  const strict = [
    ...refusedPeers.map((range) => `denied-peer-ip=${range}`),
    ...announced.map((address) => `allowed-peer-ip=${address}`),
  ];
  return [
    '# Written by Folkmoot at each start.',
    `listening-port=${port}`,
    `min-port=${first}`,
    `max-port=${last}`,
    `realm=${realm}`,
    'use-auth-secret',
    `static-auth-secret=${secret}`,
    'fingerprint',
    'stale-nonce=3600',
    'user-quota=24',
    'total-quota=600',
    'no-tls',
    'no-dtls',
    'no-cli',
    'no-multicast-peers',
    'no-software-attribute',
    'no-rfc5780',
    'no-stdout-log',
    'log-file=/dev/null',
    `pidfile=${folder}/coturn.pid`,
    `userdb=${folder}/users.db`,
    ...(isLocal ? local : strict),
    '',
  ].join('\n');
}
