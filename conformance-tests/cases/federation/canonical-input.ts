import assert from 'node:assert/strict';
import { federated, type FederatedScene } from '../../federated-case.ts';
import type { Community, Person } from '../../person.ts';
import { canonical, jwkOf, signatureOf } from '../../puppet/keys.ts';
import type { IntentObject, PuppetUser } from '../../puppet/puppet-user.ts';

interface Stage {
  owner: Person;
  club: Community;
  bob: PuppetUser;
}

async function stageOf({ visitors, member }: FederatedScene): Promise<Stage> {
  const [owner] = await visitors('owner');
  const club = await owner.founds('Canonical');
  return { owner, club, bob: await member(owner, club) };
}

/** What was said, in the end: everything else was refused and left nothing. */
async function heard({ owner, club, bob }: Stage): Promise<string[]> {
  await bob.says(club.general, 'sentinel');
  return (await owner.reads(club.general, { limit: 100 })).messages.map(({ content }) => content);
}

/** The text of a body, signed as if it were that of an honest intent. */
function spelled({ bob, club }: Stage, spell: (honest: string) => string): string {
  const { kid: _, sig: __, ...rest } = bob.message(club.general, 'odd') as IntentObject & { kid: string };
  const unsigned = { ...rest, kid: jwkOf(bob.puppet.signing).kid };
  return spell(canonical({ ...unsigned, sig: signatureOf('intent', unsigned, bob.puppet.signing) }));
}

async function areRefused(stage: Stage, spellings: ((honest: string) => string)[], code: string): Promise<void> {
  const lines = spellings.map((spell) => spelled(stage, spell));
  const { status, body } = await stage.bob.puppet.sends(lines);
  assert.equal(status, 200);
  const codes = (body['results'] as { code?: string }[]).map((result) => result.code);
  assert.deepEqual(
    codes,
    lines.map(() => code),
    lines.map((line) => line.slice(0, 120)).join('\n'),
  );
  assert.deepEqual(await heard(stage), ['sentinel']);
}

const body = (text: string) => (honest: string) => honest.replace('{"content":"odd"}', text);

export const canonicalInputCases = [
  federated(['CAN-1', 'CAN-3', 'CAN-10'], 'another spelling of the same is refused (F58)', async (scene) => {
    const spellings: ((honest: string) => string)[] = [
      (honest) => `${honest} `,
      (honest) => ` ${honest}`,
      (honest) => honest.replace(/,"v":1/, ',"v":1,"v":1'),
      (honest) => honest.replace('"v":1', '"v": 1'),
      (honest) => `{"zz":1,${honest.slice(1)}`,
      body('{"content":"\\u006fdd"}'),
      body('{"content":"o\\/d"}'),
      body('{"content":"odd","content":"even"}'),
      (honest) => `\ufeff${honest}`,
      (honest) => `${honest}\r`,
    ];
    await areRefused(await stageOf(scene), spellings, 'not_canonical');
  }),

  federated(
    ['CAN-2', 'CAN-10'],
    'numbers that are no integers, or too large for one, are refused (F59, F60)',
    async (scene) => {
      const numbers = [
        '1.0',
        '1e2',
        '-0',
        '0.1',
        '1E400',
        '01',
        '+1',
        '9007199254740993',
        '9007199254740992',
        '-9007199254740992',
        'NaN',
      ];
      await areRefused(
        await stageOf(scene),
        numbers.map((n) => body(`{"content":"odd","x":${n}}`)),
        'not_canonical',
      );
    },
  ),

  federated(
    ['CAN-4', 'CAN-10'],
    'lone surrogates, zeros and bytes that are not UTF-8 are refused (F61)',
    async (scene) => {
      const stage = await stageOf(scene);
      const odd = [
        '{"content":"\\ud800"}',
        '{"content":"\\udc00x"}',
        '{"\\ud800":1}',
        '{"content":"\\u0000"}',
        '{"content":"\u0000"}',
      ];
      await areRefused(stage, odd.map(body), 'not_canonical');
      const honest = spelled(stage, (line) => line);
      for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xc3]]) {
        const [head = '', tail = ''] = honest.split('odd');
        const sent = Buffer.concat([Buffer.from(head), Buffer.from(bytes), Buffer.from(`${tail}\n`)]);
        const { body: answer } = await stage.bob.puppet.posts('/intents', '', {
          body: sent,
          contentType: 'application/x-ndjson',
        });
        assert.equal(
          (answer['results'] as { code: string }[] | undefined)?.[0]?.code ?? answer['code'],
          'not_canonical',
        );
      }
      assert.deepEqual(await heard(stage), ['sentinel', 'sentinel']);
    },
  ),

  federated(['CAN-7', 'CAN-10'], 'what is nested too deep is refused and breaks nothing (F63)', async (scene) => {
    const stage = await stageOf(scene);
    const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    const spell = (levels: number) => body(`{"content":"odd","x":${deep(levels)}}`);
    await areRefused(stage, [17, 2_000, 40_000].map(spell), 'too_deep');
    // Larger than any line, which is looked at first.
    const [, code] = await stage.bob.refused(spelled(stage, spell(200_000)));
    assert.match(String(code), /^too_(large|deep)$/);
    for (const levels of [17, 500]) {
      const said = await stage.bob.puppet.says({ body: deep(levels) });
      assert.deepEqual([said.status, said.code], [400, 'too_deep']);
    }
    assert.equal((await stage.bob.puppet.says()).status, 200);
  }),

  federated(
    ['STR-5', 'INT-1', 'CAN-10'],
    'sizes are counted in bytes, and one more is too large (F68)',
    async (scene) => {
      const stage = await stageOf(scene);
      const { bob, club } = stage;
      const filled = (bytes: number) => {
        const room = bytes - Buffer.byteLength(canonical({ content: 'x', more: '' }));
        return { content: 'x', more: '😀'.repeat(Math.floor(room / 4)) + 'a'.repeat(room % 4) };
      };
      const codes = await Promise.all(
        [65_536, 65_537, 120_000].map(async (bytes) => {
          assert.equal(Buffer.byteLength(canonical(filled(bytes))), bytes);
          return (await bob.refused(bob.deed(club.space, club.general.channel, 'message.create', filled(bytes))))[1];
        }),
      );
      // The first one is only no message.
      assert.deepEqual(codes.slice(0, 1), ['invalid_body']);
      for (const code of codes.slice(1)) assert.equal(code, 'too_large');
      const ref = Array.from({ length: 1_000 }, (_, n) => `1.${n}`);
      const [status] = await bob.refused(bob.deed(club.space, club.general.channel, 'message.delete', {}, { ref }));
      assert.ok([400, 403, 404, 413].includes(Number(status)), `${String(status)}`);
      const large = 'x'.repeat(1024 * 1024 + 1);
      const whole = await bob.puppet.posts('/intents', large, { contentType: 'application/x-ndjson' });
      assert.deepEqual([whole.status, whole.code], [413, 'too_large']);
      assert.deepEqual(await heard(stage), ['sentinel']);
    },
  ),

  federated(['FED-5', 'CAN-10'], 'bodies that are objects are read by the same rules', async ({ puppet }) => {
    const one = await puppet();
    for (const text of [
      '{"v": 1}',
      '{"v":1.0}',
      '{"v":1,"v":1}',
      '{"\\u0076":1}',
      'nothing',
      ' {"v":1}',
      '{"v":1}\n',
    ]) {
      const said = await one.says({ body: text });
      assert.deepEqual([said.status, said.code], [400, 'not_canonical'], text);
    }
    for (const text of ['{}', '{"v":2}', '{"more":1,"v":1}', '[]', 'null', '1', '"x"']) {
      const said = await one.says({ body: text });
      assert.deepEqual([said.status, said.code], [400, 'invalid_body'], text);
    }
    const html = await one.says({ contentType: 'text/html' });
    assert.deepEqual([html.status, html.code], [415, 'unsupported_media_type']);
  }),
];
