import assert from 'node:assert/strict';
import { createRole } from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import { getServer } from '@folkmoot/protocol-spec/schemas/client/server.ts';
import { setOverride } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { conformance } from '../case.ts';
import { GatewayConnection } from '../gateway-connection.ts';
import { sendRequest } from '../send-request.ts';
import { Visitor } from '../visitor.ts';

export const serverCases = [
  conformance(
    ['API-1', 'VER-1', 'VER-2'],
    'a homeserver says what it is and where its gateway is',
    async ({ target, rules, signal }) => {
      const info = await new Visitor({ url: target.url, rules, signal }).asks(getServer);
      assert.ok(info.versions.includes(1));
      for (const feature of info.features) assert.match(feature, /^[a-z0-9-]+(\.[a-z0-9-]+)+$/);
      const gateway = new GatewayConnection({ url: target.url, rules, signal }, { path: info.gateway });
      await gateway.frame('hello');
      gateway.close();
    },
  ),

  conformance('API-1', 'paths and methods that are none are said to be none', async ({ target, signal }) => {
    const ask = (method: string, path: string) => sendRequest(target.url, { method, path, signal });
    for (const path of [
      '/api/v1/nothing',
      '/api/v1/',
      '/api/v1/spaces/x/y/z/../',
      '/api/v1//server',
      '/api/v2/server',
    ]) {
      assert.equal((await ask('GET', path)).status, 404, path);
    }
    const wrong = await ask('DELETE', '/api/v1/server');
    assert.equal(wrong.status, 405);
    assert.match(String(wrong.headers['allow']), /GET/);
    const odd = [
      '/api/v1/%',
      '/api/v1/users/%ff',
      '/%c0%ae',
      '/api/v1/spaces/%00',
      '//evil.example/',
      '/api/v1/server?a=%ff',
    ];
    for (const path of odd) assert.ok((await ask('GET', path)).status < 500, path);
  }),

  conformance(['PERM-1', 'VER-4'], 'a permission that is in no catalogue is not taken', async ({ visitors }) => {
    const [owner] = await visitors('owner');
    const club = await owner.founds('Tea club');
    for (const name of ['root', 'administrator ', '__proto__', 'constructor', 'Channel.View']) {
      const body = { name: 'x', permissions: [name] };
      await owner.isRefused('invalid_body', createRole, { params: { space: club.space }, body });
      const params = { ...club.general, target: 'everyone' };
      await owner.isRefused('invalid_body', setOverride, { params, body: { allow: [name], deny: [] } });
    }
    const twice = { name: 'x', permissions: ['channel.view', 'channel.view'] };
    await owner.isRefused('invalid_body', createRole, { params: { space: club.space }, body: twice });
  }),
];
