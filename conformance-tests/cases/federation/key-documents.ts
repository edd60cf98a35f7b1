import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { previewInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { federated } from '../../federated-case.ts';
import { base64url } from '../../puppet/keys.ts';
import { API, type Puppet } from '../../puppet/puppet.ts';
import { isRefused } from './request-signatures.ts';

export const keyDocumentCases = [
  federated('CAN-23', 'a key document of another server proves nothing (F28)', async ({ puppet }) => {
    const [one, other] = [await puppet(), await puppet()];
    one.document = { server: other.name };
    await isRefused(one, {}, 502, 'discovery_failed');
    const two = await puppet();
    two.raw = (_, response) => void response.end(other.documentText());
    await isRefused(two, {}, 502, 'discovery_failed');
  }),

  federated(
    ['CAN-16', 'KEY-1'],
    'a document with a weak or odd key is refused as a whole (F38)',
    async ({ puppet }) => {
      const kid = 'A'.repeat(43);
      const smallOrder = [0, 1].map((first) => base64url(Buffer.concat([Buffer.of(first), Buffer.alloc(31)])));
      const y = Buffer.concat([Buffer.of(0xed), Buffer.alloc(30, 0xff), Buffer.of(0x7f)]);
      const order8 = 'xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA3o';
      const more = [base64url(y), order8, base64url(Buffer.concat([Buffer.of(1), Buffer.alloc(30), Buffer.of(0x80)]))];
      for (const x of [...smallOrder, ...more, `${'A'.repeat(42)}B`, 'AAAA']) {
        const one = await puppet();
        one.document = { keys: [{ crv: 'Ed25519', kty: 'OKP', x, kid }] };
        await isRefused(one, {}, 502, 'discovery_failed');
      }
      for (const keys of [[], [{ crv: 'P-256', kty: 'EC', x: 'A'.repeat(43), y: 'A'.repeat(43), kid }]]) {
        const one = await puppet();
        one.document = { keys };
        await isRefused(one, {}, 502, 'discovery_failed');
      }
    },
  ),

  federated(
    ['CAN-10', 'CAN-23', 'KEY-4'],
    'a document that is odd, old, over or too large is refused',
    async ({ puppet }) => {
      const odd: ((one: Puppet) => string)[] = [
        (one) => `${one.documentText()} `,
        (one) => one.documentText().replace('{', '{ '),
        (one) => one.documentText().replace('"v":1', '"v":1.0'),
        (one) => one.documentText().replace('"features":[]', `"features":["${'a'.repeat(70_000)}"]`),
        () => '',
        () => '[]',
        () => 'null',
        () => '['.repeat(5_000),
        (one) => {
          one.document = { valid_until: Date.now() - 1 };
          return one.documentText();
        },
        (one) => {
          one.document = { v: 2 };
          return one.documentText();
        },
        (one) => one.documentText().replace(/"sigs":\{"([^"]*)":"[^"]{10}/, '"sigs":{"$1":"AAAAAAAAAA'),
      ];
      for (const make of odd) {
        const one = await puppet();
        const text = make(one);
        one.raw = (_, response) => void response.end(text);
        await isRefused(one, {}, 502, 'discovery_failed');
      }
      const one = await puppet();
      one.serial = 5;
      assert.equal((await one.says()).status, 200);
      one.rotates();
      one.serial = 4;
      const { status, code } = await one.says();
      assert.deepEqual([status, code], [502, 'discovery_failed']);
    },
  ),

  federated(['FED-3', 'KEY-1'], 'a key document elsewhere is not looked for (F47)', async ({ puppet }) => {
    const elsewhere = await puppet();
    for (const status of [301, 302, 303, 307, 308]) {
      for (const to of ['other', 'itself', 'http', 'loopback']) {
        const one = await puppet();
        const location = {
          other: `https://${elsewhere.name}`,
          itself: `https://${one.name}`,
          http: `http://${one.name}`,
          loopback: `https://127.0.0.1`,
        };
        const headers = { location: `${location[to as 'other']}/.well-known/folkmoot` };
        one.raw = (_, response) => void response.writeHead(status, headers).end();
        await isRefused(one, {}, 502, 'discovery_failed');
        assert.equal(one.fetched, 1);
      }
    }
    assert.deepEqual([elsewhere.fetched, elsewhere.wire.connections()], [0, 0]);
  }),

  federated(
    'FED-3',
    'a signed request is not sent again to where a redirect leads (F22)',
    async ({ puppet, visitors }) => {
      const [one, elsewhere] = [await puppet(), await puppet()];
      const [ada] = await visitors('Ada');
      for (const status of [301, 302, 307, 308]) {
        const headers = { location: `https://${elsewhere.name}${API}/invites/x` };
        const redirect: RequestListener = (request, response) => {
          if (request.url === '/.well-known/folkmoot') return void response.end(one.documentText());
          response.writeHead(status, headers).end();
        };
        one.raw = redirect;
        const code = base64url(crypto.getRandomValues(new Uint8Array(16)));
        const answer = await ada.tries(previewInvite, { params: { code }, query: { via: one.name } });
        assert.ok(answer.status >= 400, answer.text);
      }
      assert.equal(elsewhere.wire.connections(), 0);
    },
  ),
];
