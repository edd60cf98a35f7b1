import assert from 'node:assert/strict';
import fc from 'fast-check';
import { endpoints } from '@folkmoot/protocol-spec/schemas/client/endpoints.ts';
import { getServer } from '@folkmoot/protocol-spec/schemas/client/server.ts';
import { clientFrames } from '@folkmoot/protocol-spec/schemas/gateway/frames.ts';
import { someAtOnce } from '../at-once.ts';
import { conformance } from '../case.ts';
import { type SampleIds, sampleRequest } from '../sample-requests.ts';
import { Visitor } from '../visitor.ts';

const perEndpoint = 40;
const someFrames = 60;

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(
    '',
    ' ',
    '\ufffd',
    '\u202e',
    '💥',
    "'; drop table users; --",
    '%',
    '1.0',
    '1e5',
    -1,
    2 ** 53,
    0.1,
    [],
    {},
    null,
  ),
  fc.string({ maxLength: 200 }),
);

/** A body that is right but for one member. */
const spoiled = (body: object, [key, value]: [number, unknown]) => {
  const keys = Object.keys(body);
  return keys.length === 0 ? { [`k${key}`]: value } : { ...body, [keys[key % keys.length]!]: value };
};

export const randomInputCases = [
  conformance(
    ['API-2', 'ERR-3', 'ERR-1'],
    'whatever a body holds, the answer is one of those that the endpoint may give',
    async ({ visitors }) => {
      const [owner, member] = await visitors('owner', 'member');
      const club = await owner.founds('Tea club');
      await owner.invites(member);
      const message = await owner.says(club.general, 'hello');
      const role = await owner.makesRole(club, 'role');
      const ids: SampleIds = {
        ...club.general,
        message: message.id,
        role: role.id,
        user: member.id,
        target: role.id,
        emoji: '👍',
        login: owner.handle,
        password: 'wrong password',
        refresh_token: 'x',
      };
      const tired = new Set(['register', 'logIn', 'changePassword', 'deleteAccount', 'createSpace', 'transferSpace']);
      for (const endpoint of endpoints.filter(({ body, name }) => body && !tired.has(name))) {
        const { params, body } = sampleRequest(endpoint, ids);
        const bodies = [
          ...fc
            .sample(fc.tuple(fc.nat(), odd), { numRuns: perEndpoint, seed: 1 })
            .map((change) => spoiled(body as object, change)),
          ...fc.sample(fc.jsonValue({ maxDepth: 4 }), { numRuns: 10, seed: 2 }),
        ];
        await someAtOnce(bodies, async (one) => {
          const answer = await owner.tries(endpoint, { params, text: JSON.stringify(one) ?? 'null' });
          assert.ok(answer.status < 500, `${endpoint.name} ${JSON.stringify(one)}: ${answer.text}`);
        });
      }
    },
    { patience: 480_000 },
  ),

  conformance(
    ['API-2', 'ERR-3'],
    'whatever a query holds, the answer is one of those that the endpoint may give',
    async ({ visitors }) => {
      const [owner] = await visitors('owner');
      const club = await owner.founds('Tea club');
      const ids: SampleIds = {
        ...club.general,
        message: '1.1',
        role: 'everyone',
        user: owner.id,
        code: 'A'.repeat(22),
        emoji: '👍',
      };
      for (const endpoint of endpoints.filter(({ query }) => query)) {
        const names = Object.keys(endpoint.query?.properties ?? {});
        const { params } = sampleRequest(endpoint, ids);
        for (const [name, value] of fc.sample(
          fc.tuple(fc.constantFrom(...names, 'other'), fc.string({ maxLength: 600, unit: 'binary' })),
          { numRuns: 60, seed: 3 },
        )) {
          if (!value.isWellFormed()) continue;
          const answer = await owner.tries(endpoint, { params, query: { [name]: value } });
          assert.ok(answer.status < 500, `${endpoint.name} ${name}=${value}: ${answer.text}`);
        }
        for (const name of names) {
          const query = { [name]: '\0' };
          await owner.isRefused('invalid_query', endpoint, { params, query });
        }
      }
    },
    { patience: 480_000 },
  ),

  conformance(
    ['GW-2', 'GW-8'],
    'whatever a frame holds, the socket is closed with a code of the table or lives',
    async ({ visitors }) => {
      const [ada] = await visitors('Ada');
      const ops = [...Object.keys(clientFrames).filter((op) => op !== 'identify'), 'other'];
      const frames = fc.sample(
        fc.record({ op: fc.constantFrom(...ops), seq: odd, users: odd, idle: odd }, { requiredKeys: ['op'] }),
        { numRuns: someFrames, seed: 4 },
      );
      for (const frame of frames) {
        const gateway = await ada.watches();
        gateway.send(JSON.stringify(frame));
        gateway.send({ op: 'heartbeat', seq: 0 });
        await gateway.until(
          () => gateway.closed ?? gateway.frames.some(({ op }) => op === 'heartbeat_ack'),
          'an answer came',
        );
        assert.ok(
          [undefined, 4002, 4005, 4007].includes(gateway.closed),
          `${JSON.stringify(frame)}: ${gateway.closed}`,
        );
        gateway.close();
      }
      await new Visitor(ada.parts).asks(getServer);
    },
  ),
];
