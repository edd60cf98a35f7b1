import assert from 'node:assert/strict';
import { test } from 'node:test';
import { updateProfile } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { listMembers, updateMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { engines } from '../testing/engines.ts';
import { person } from '../testing/people.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';

for (const engine of engines) {
  test(`[MEM-1] ${engine.name}: members are found by the start of handle, display name and nick name, whatever the case`, async (t) => {
    const place = await engine.fresh(t);
    if (place === undefined) return;
    await using server = await startHomeserver({
      folder: place.folder,
      environment: place.url ? { FOLKMOOT_DATABASE: place.url } : {},
    });
    const owner = await person(server.url, 'owner.of.it');
    const plain = await person(server.url, 'ada_l');
    const named = await person(server.url, 'someone');
    const space = await owner.founds('Community');
    await owner.invites(space, plain, named);
    await plain.client.call(updateProfile, { body: { display_name: '100% Ünder_score' } });
    await named.client.call(updateProfile, { body: { display_name: 'Charles' } });
    await named.client.call(updateMember, {
      params: { space: space.id, user: named.account.id },
      body: { nick: 'Éclair' },
    });

    const finds = async (query: string) =>
      (await owner.client.call(listMembers, { params: { space: space.id }, query: { query } })).members.map(
        ({ user }) => user.handle,
      );
    for (const text of ['ada', 'ADA_', '100% Ü', '100% ü']) assert.deepEqual(await finds(text), ['ada_l'], text);
    for (const text of ['SOME', 'charl', 'CHARLES', 'éc', 'ÉC']) assert.deepEqual(await finds(text), ['someone'], text);
    for (const text of ['%', '_', 'da_l', 'charles x', '\\', '"', "'"]) assert.deepEqual(await finds(text), [], text);
    assert.deepEqual((await finds('')).length, 3);
  });
}
