import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { test } from 'node:test';
import { canonicalize } from '@folkmoot/federation/canonical-json.ts';
import { buildIdentity } from '@folkmoot/federation/identity.ts';
import { randomId } from '@folkmoot/federation/ids.ts';
import { generateKeyPair } from '@folkmoot/federation/keys.ts';
import { updateProfile } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { TestNetwork } from '../../testing/federated.ts';
import { person } from '../../testing/people.ts';
import { Puppet } from '../../testing/puppet.ts';

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

test('[PPL-7] a name that was changed again while the change before was told arrives', async () => {
  await using network = await TestNetwork.open();
  const home = await network.homeserver();
  const puppet = await Puppet.open(network);
  const bo = await person(home.url);
  const told: string[] = [];
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  const { promise: isAsked, resolve: asked } = Promise.withResolvers<void>();
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.method === 'GET') return void response.end(puppet.documentText());
    const body = await textOf(request);
    if (request.url?.endsWith('/profiles')) {
      told.push((JSON.parse(body) as { profiles: { display_name: string }[] }).profiles[0]?.display_name ?? '');
      asked();
      await held;
    }
    response.writeHead(202, { 'content-type': 'application/json' }).end(canonicalize({ v: 1 }));
  };
  puppet.answer = (request, response) => void answer(request, response);
  const identity = buildIdentity({ home: puppet.name, handle: 'mo', serial: 1, ts: Date.now() }, generateKeyPair());
  const letter = {
    v: 1,
    id: randomId('i_'),
    from: { identity, display_name: 'Mo' },
    to: bo.account.id,
    message: 'request',
  };
  const said = await puppet.says(home.name, { target: '/federation/v1/relationships', body: canonicalize(letter) });
  assert.equal(said.status, 202);
  await bo.client.call(updateProfile, { body: { display_name: 'First' } });
  await isAsked;
  await bo.client.call(updateProfile, { body: { display_name: 'Second' } });
  letGo();
  while (told.at(-1) !== 'Second') await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(told, ['First', 'Second']);
});
