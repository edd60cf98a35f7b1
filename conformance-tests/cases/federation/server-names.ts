import assert from 'node:assert/strict';
import { joinByInvite, previewInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { lookUpUser, requestFriend } from '@folkmoot/protocol-spec/schemas/client/relationships.ts';
import { federated } from '../../federated-case.ts';
import { isRefused } from './request-signatures.ts';

/** What is no server name, also where tests allow addresses with a port. [FED-1] [FED-2] */
const badNames = [
  'A.example',
  'a.example.',
  'a.example:443',
  'a.example:0443',
  'a.example:65536',
  'a.example:0',
  'a.example:',
  'localhost:http',
  'a@b.example',
  'a/b.example',
  'a%2eb.example',
  '2130706433',
  '0x7f.1',
  '127.1',
  '[::1]',
  '[::1]:8448',
  '::1',
  '1.2.3.4',
  '1.2.3.4:8448',
  'a..example',
  '.example',
  '_x.example',
  '-x.example',
  'x-.example',
  `${'a'.repeat(64)}.example`,
  `${'abcdefgh.'.repeat(28)}example`,
  'bücher.example',
  '\u202eelpmaxe.a',
  'a.example\n',
  'a.example ',
  'a.1',
];

export const serverNameCases = [
  federated(['FED-1', 'SIG-4'], 'nobody is looked for under a name that is none: headers (F42)', async ({ puppet }) => {
    const one = await puppet();
    for (const from of badNames.filter((name) => /^[!-~]*$/.test(name) && !name.includes('"'))) {
      const said = await one.says({ from });
      assert.deepEqual([said.status, said.code], [400, 'bad_server_name'], from);
    }
    await isRefused(one, { from: 'a"b.example' }, 401, 'bad_signature').catch(() => undefined);
    assert.equal(one.fetched, 0);
  }),

  federated(
    'FED-1',
    'nobody is looked for under a name that is none: invites and handles (F42)',
    async ({ visitors, signal }) => {
      const [ada] = await visitors('Ada');
      const code = 'A'.repeat(22);
      for (const via of badNames) {
        const begin = performance.now();
        const preview = await ada.tries(previewInvite, { params: { code }, query: { via } });
        assert.ok([400].includes(preview.status), `${via}: ${preview.status} ${preview.text}`);
        const join = await ada.tries(joinByInvite, { params: { code }, body: { via } });
        assert.equal(join.status, 400, `${via}: ${join.text}`);
        for (const [endpoint, options] of [
          [requestFriend, { body: { user: `bob@${via}` } }],
          [lookUpUser, { query: { handle: `bob@${via}` } }],
        ] as const) {
          const answer = await ada.tries(endpoint, options);
          assert.ok([400, 404].includes(answer.status), `${via}: ${answer.text}`);
        }
        assert.ok(
          performance.now() - begin < 20_000 && !signal.aborted,
          `${via} took as long as the name service does`,
        );
      }
    },
  ),

  federated(
    'FED-6',
    'a homeserver in the wild does not connect to this machine, whatever name leads there (F44, F45)',
    async ({ inTheWild, puppet }) => {
      const [ada] = await inTheWild('Ada');
      const one = await puppet();
      const [, port = ''] = one.name.split(':');
      const names = [
        one.name,
        `localhost:${port}`,
        `a.localhost:${port}`,
        `localhost.localdomain:${port}`,
        `127.0.0.1.nip.io:${port}`,
      ];
      for (const via of names) {
        const answer = await ada.tries(previewInvite, { params: { code: 'A'.repeat(22) }, query: { via } });
        assert.ok([400, 502].includes(answer.status), `${via}: ${answer.status} ${answer.text}`);
      }
      assert.equal(one.wire.connections(), 0);
    },
  ),
];
