import assert from 'node:assert/strict';
import { federated } from '../../federated-case.ts';
import { API, type Puppet } from '../../puppet/puppet.ts';
import type { Mischief } from '../../puppet/signed-request.ts';

/** Refused with this code, and with the time of the one who refuses. [FED-7] */
export async function isRefused(puppet: Puppet, mischief: Mischief, status: number, code: string): Promise<void> {
  const said = await puppet.says(mischief);
  assert.deepEqual([said.status, said.code], [status, code], JSON.stringify(mischief).slice(0, 300));
  assert.ok(Math.abs(Number(said.body['server_time']) - Date.now()) < 60_000, 'FED-7: server_time');
}

const at = (seconds: number) => ({ date: new Date(Date.now() + seconds * 1_000).toUTCString() });

export const requestSignatureCases = [
  federated(
    ['SIG-4', 'FED-7'],
    'an unsigned request is refused before its body is read (F1)',
    async ({ puppet, member, visitors }) => {
      const stranger = await puppet();
      const unsigned: Mischief = { body: '{not json', change: (headers) => delete headers['signature'] };
      for (const target of ['/intents', '/ping', '/live', '/nothing', '/relationships'])
        await isRefused(stranger, { ...unsigned, target: `${API}${target}` }, 401, 'missing_signature');
      assert.equal(stranger.fetched, 0, 'nobody is asked who the one is that did not sign');
      const [owner] = await visitors('owner');
      const club = await owner.founds('Signed');
      const bob = await member(owner, club);
      const sends = (content: string, mischief: Mischief) =>
        bob.puppet.sends([bob.message(club.general, content)], mischief);
      assert.equal(
        (await sends('unsigned', { change: (headers) => delete headers['signature'] })).code,
        'missing_signature',
      );
      await bob.says(club.general, 'signed');
      assert.deepEqual(
        (await owner.reads(club.general)).messages.map(({ content }) => content),
        ['signed'],
      );
    },
  ),

  federated(
    ['SIG-2', 'SIG-4'],
    'a body that was swapped is refused, and nothing of it happens (F2)',
    async ({ member, visitors }) => {
      const [owner] = await visitors('owner');
      const club = await owner.founds('Digest');
      const bob = await member(owner, club);
      const [meant, swapped] = [bob.message(club.general, 'meant'), bob.message(club.general, 'swapped')];
      const { code, status } = await bob.puppet.sends([meant], { sent: { body: `${JSON.stringify(swapped)}\n` } });
      assert.deepEqual([status, code], [401, 'bad_digest']);
      await bob.says(club.general, 'after it');
      assert.deepEqual(
        (await owner.reads(club.general)).messages.map(({ content }) => content),
        ['after it'],
      );
    },
  ),

  federated(['SIG-1', 'SIG-4'], 'a signature that covers less than it has to is refused (F3)', async ({ puppet }) => {
    const one = await puppet();
    const covered = 'headers="(request-target) host date digest x-folkmoot-to x-folkmoot-nonce content-type"';
    for (const less of [
      ' digest',
      ' date',
      ' host',
      ' x-folkmoot-to',
      ' x-folkmoot-nonce',
      ' content-type',
      '(request-target) ',
    ]) {
      const change: Mischief['change'] = (headers) => {
        headers['signature'] = String(headers['signature']).replace(covered, covered.replace(less, ''));
      };
      await isRefused(one, { change }, 401, 'insufficient_coverage');
    }
    for (const gone of ['digest', 'date', 'x-folkmoot-to', 'x-folkmoot-nonce'])
      await isRefused(one, { change: (headers) => delete headers[gone] }, 401, 'insufficient_coverage');
    const twice: Mischief = { change: (headers) => (headers['x-folkmoot-nonce'] = ['A'.repeat(22), 'B'.repeat(22)]) };
    await isRefused(one, twice, 401, 'insufficient_coverage');
  }),

  federated(
    ['SIG-1', 'SIG-7'],
    'another method, path or query than was signed is refused (F4, F5)',
    async ({ puppet }) => {
      const one = await puppet();
      for (const method of ['DELETE', 'PUT', 'PATCH']) await isRefused(one, { sent: { method } }, 401, 'bad_signature');
      for (const target of [`${API}/ping?x=1`, `${API}//ping`, `${API}/Ping`, `${API}/ping/`, `${API}/%70ing`])
        await isRefused(one, { sent: { target } }, 401, 'bad_signature');
      const query = `/spaces/s_${'a'.repeat(32)}/streams/_/events`;
      const signed = { method: 'GET', target: `${API}${query}?limit=1&before=1.1`, body: '' };
      await isRefused(one, { ...signed, sent: { target: `${API}${query}?before=1.1&limit=1` } }, 401, 'bad_signature');
      assert.equal((await one.says()).status, 200);
    },
  ),

  federated('SIG-5', 'a request for another homeserver is refused (F6)', async ({ puppet, home }) => {
    const one = await puppet();
    for (const to of [
      'other.example',
      home.name.toUpperCase() === home.name ? `${home.name}0` : home.name.toUpperCase(),
    ])
      await isRefused(one, { to }, 421, 'wrong_destination');
    assert.equal(one.fetched, 0);
  }),

  federated('SIG-8', 'the same request twice has one effect (F8)', async ({ member, visitors }) => {
    const [owner] = await visitors('owner');
    const club = await owner.founds('Replayed');
    const bob = await member(owner, club);
    const same = { nonce: 'AAAAAAAAAAAAAAAAAAAAAA', ...at(0) };
    const lines = [bob.message(club.general, 'once')];
    assert.equal((await bob.puppet.sends(lines, same)).status, 200);
    const again = await bob.puppet.sends(lines, same);
    assert.deepEqual([again.status, again.code], [401, 'replay']);
    await isRefused(bob.puppet, { nonce: same.nonce }, 401, 'replay');
    // One that does not verify uses up none.
    const other = 'BBBBBBBBBBBBBBBBBBBBBA';
    await isRefused(bob.puppet, { nonce: other, sent: { body: '{"v":2}' } }, 401, 'bad_digest');
    assert.equal((await bob.puppet.says({ nonce: other })).status, 200);
    assert.equal((await owner.reads(club.general)).messages.length, 1);
  }),

  federated('SIG-6', 'a date too far from now, or none at all, is refused (F10, F11)', async ({ puppet }) => {
    const one = await puppet();
    const odd = ['garbage', '-1', '1.5', '9007199254740993', new Date().toISOString(), ''];
    // Time goes on until it arrives.
    for (const mischief of [at(330), at(-301), ...odd.map((date) => ({ date }))]) {
      const said = await one.says(mischief);
      assert.equal(said.status, 401, JSON.stringify(mischief));
      if (mischief.date !== '') assert.equal(said.code, 'stale', JSON.stringify(mischief));
      assert.ok(Number.isInteger(said.body['server_time']));
    }
    for (const seconds of [-270, 299]) assert.equal((await one.says(at(seconds))).status, 200);
  }),

  federated(
    ['SIG-3', 'SIG-4'],
    'more than one signature is refused, whichever of them holds (F13)',
    async ({ puppet }) => {
      const [one, other] = [await puppet(), await puppet()];
      const garbage = `keyId="${other.name}#x",algorithm="ed25519-sha512",headers="date",signature="AA=="`;
      const changes: NonNullable<Mischief['change']>[] = [
        (headers) => (headers['signature'] = [garbage, String(headers['signature'])]),
        (headers) => (headers['signature'] = [String(headers['signature']), garbage]),
        (headers) => (headers['authorization'] = `Signature ${String(headers['signature'])}`),
      ];
      for (const change of changes) await isRefused(one, { change }, 401, 'one_signature');
      const both = await one.says({
        change: (headers) => (headers['signature'] = `${garbage},${String(headers['signature'])}`),
      });
      assert.equal(both.status, 401);
      assert.equal(other.fetched, 0);
    },
  ),

  federated(['INT-2', 'SIG-4'], 'a good signature of one server does not speak for another (F15)', async (scene) => {
    const { puppet, member, visitors } = scene;
    const [owner] = await visitors('owner');
    const club = await owner.founds('Origins');
    const bob = await member(owner, club);
    const other = await puppet();
    assert.deepEqual(await bob.refused(bob.message(club.general, 'through others'), other), [403, 'wrong_origin']);
    await isRefused(other, { from: bob.puppet.name }, 401, 'unknown_key');
    await bob.says(club.general, 'myself');
    assert.deepEqual(
      (await owner.reads(club.general)).messages.map(({ content }) => content),
      ['myself'],
    );
  }),

  federated(['SIG-3', 'CAN-15'], 'a signature with S + L in place of S is refused (F17)', async ({ puppet }) => {
    const one = await puppet();
    const malleate: Mischief['change'] = (headers) => {
      const header = String(headers['signature']);
      const [, sig = ''] = /signature="([^"]*)"/.exec(header) ?? [];
      headers['signature'] = header.replace(sig, plusL(Buffer.from(sig, 'base64')).toString('base64'));
    };
    await isRefused(one, { change: malleate }, 401, 'bad_signature');
    assert.equal((await one.says()).status, 200);
  }),
];

/** The other spelling of a signature that lax libraries take: S plus the order of the group. */
function plusL(signature: Buffer): Buffer {
  const L = (1n << 252n) + 27742317777372353535851937790883648493n;
  const little = (bytes: Buffer) => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
  const s = little(signature.subarray(32)) + L;
  const bytes = Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse();
  return Buffer.concat([signature.subarray(0, 32), bytes]);
}
