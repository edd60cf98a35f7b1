import assert from 'node:assert/strict';
import * as channels from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { kickMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { gatewayReference } from '@folkmoot/protocol-spec/generate/gateway.ts';
import { checkerOf } from '@folkmoot/protocol-spec/schemas/check.ts';
import { type VoiceAnswer, voiceNotices } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import type { VoiceState } from '@folkmoot/protocol-spec/schemas/voice-state.ts';
import { conformance } from '../case.ts';
import type { Person } from '../person.ts';
import { type Answer, asks, hasVoice, type Place, refused } from '../voice-answers.ts';

const noticeCheckers = new Map(Object.entries(voiceNotices).map(([t, schema]) => [t, checkerOf(schema)]));

const inside = ({ gateway }: Person, { space, channel }: Place): VoiceState[] =>
  (gateway!.state?.spaces.find(({ id }) => id === space)?.voice ?? []).filter((one) => one.channel === channel);

const sees = (watcher: Person, of: Person, place: Place, how: (state: VoiceState | undefined) => boolean | undefined) =>
  watcher.gateway!.until(
    () => how(inside(watcher, place).find(({ user }) => user.id === of.id)) === true,
    `${of.name} is seen in voice`,
  );

async function isTold({ gateway }: Person, t: string): Promise<Record<string, unknown>> {
  const frame = await gateway!.until(
    () => gateway!.frames.find((one) => one.op === 'voice_notice' && one.t === t),
    `the notice ${t} has come`,
  );
  const { d } = frame as unknown as { d: Record<string, unknown> };
  assert.ok(noticeCheckers.get(t)?.(d), JSON.stringify(d));
  return d;
}

export const voiceCases = [
  conformance(
    ['VOX-1', 'VOX-2'],
    'every request about voice is answered, with a code where it is wrong',
    async ({ people }) => {
      const [ada] = await people('Ada');
      await ada.founds('Tea club');
      assert.equal(await refused(ada, 'sing', {}), 'invalid_body');
      assert.equal(await refused(ada, 'join', { space: 'nowhere' }), 'invalid_body');
      for (const method of ['sync', 'set']) assert.equal(await refused(ada, method, {}), 'not_in_voice');
      assert.equal(await refused(ada, 'pause', { producers: ['x'] }), 'not_in_voice');
      assert.deepEqual((await asks(ada, 'leave', {})).ok, {});
    },
  ),

  conformance(['VOX-3', 'VOX-5', 'VOX-11'], 'one sees who is in a voice channel, and how', async ({ people }) => {
    const [ada, bo, cy] = await people('Ada', 'Bo', 'Cy');
    const club = await ada.founds('Tea club');
    for (const person of [bo, cy]) await ada.invites(person);
    const lounge = await ada.makesChannel(club, 'Lounge', { kind: 'voice' });
    const attic = await ada.makesChannel(club, 'Attic', { kind: 'voice' });
    if (!(await hasVoice(ada, lounge))) return;
    const { ok = {} } = await asks(bo, 'join', { ...lounge, muted: true });
    assert.equal((ok['state'] as VoiceState).muted, true);
    await sees(ada, bo, lounge, (state) => state?.muted);
    await asks(bo, 'set', { muted: false, deafened: true });
    await sees(cy, bo, lounge, (state) => state?.deafened && !state.muted);
    await asks(bo, 'join', attic);
    await sees(ada, bo, attic, (state) => state !== undefined);
    assert.equal(inside(ada, lounge).length, 0);
    assert.equal(await refused(bo, 'join', club.general), 'invalid_body');
    await asks(bo, 'leave', {});
    await sees(cy, bo, attic, (state) => state === undefined);
  }),

  conformance(
    ['VOX-5', 'VOX-13', 'PERM-5'],
    'nobody is in a voice channel that they may not enter',
    async ({ people }) => {
      const [ada, bo, cy] = await people('Ada', 'Bo', 'Cy');
      const club = await ada.founds('Tea club');
      for (const person of [bo, cy]) await ada.invites(person);
      const lounge = await ada.makesChannel(club, 'Lounge', { kind: 'voice' });
      if (!(await hasVoice(ada, lounge))) return;
      const nowhere = { space: club.space, channel: `c_${'a'.repeat(26)}` };
      await asks(bo, 'join', lounge);
      await asks(cy, 'join', lounge);
      await ada.overrides(lounge, bo.id, { deny: ['voice.connect'] });
      assert.equal((await isTold(bo, 'left'))['reason'], 'no_access');
      assert.equal(await refused(bo, 'join', lounge), 'missing_permission');
      await ada.overrides(lounge, bo.id, { deny: ['channel.view'] });
      await bo.sees('channel.deleted', (d) => d.channel === lounge.channel);
      assert.deepEqual(
        [await refused(bo, 'join', lounge), await refused(bo, 'join', nowhere)],
        ['not_found', 'not_found'],
      );
      await ada.asks(channels.removeOverride, { params: { ...lounge, target: bo.id } });
      await bo.sees('channel.created', (d) => d.channel.id === lounge.channel && d.voice?.[0]?.user.id === cy.id);
      await ada.asks(kickMember, { params: { space: club.space, user: cy.id }, body: {} });
      assert.equal((await isTold(cy, 'left'))['reason'], 'no_access');
      await sees(bo, cy, lounge, (state) => state === undefined);
    },
  ),

  conformance('VOX-24', 'who speaks with priority is seen, and nobody else does', async ({ people }) => {
    const [ada, bo] = await people('Ada', 'Bo');
    const club = await ada.founds('Tea club');
    await ada.invites(bo);
    const lounge = await ada.makesChannel(club, 'Lounge', { kind: 'voice' });
    if (!(await hasVoice(ada, lounge))) return;
    const joined = (await asks(bo, 'join', { ...lounge, priority: true })).ok as unknown as VoiceAnswer<'join'>;
    assert.ok(!joined.state.priority, 'without the permission');
    await asks(ada, 'join', lounge);
    await sees(bo, ada, lounge, (state) => state !== undefined);
    assert.ok(!inside(bo, lounge).some(({ priority }) => priority), 'without the wish');
    await asks(ada, 'set', { priority: true });
    await sees(bo, ada, lounge, (state) => state?.priority);
    await ada.overrides(lounge, bo.id, { allow: ['voice.priority'] });
    await sees(ada, bo, lounge, (state) => state?.priority);
    await ada.overrides(lounge, bo.id, { deny: ['voice.priority'] });
    await sees(ada, bo, lounge, (state) => state !== undefined && !state.priority);
    await asks(ada, 'set', { priority: false });
    await sees(bo, ada, lounge, (state) => state !== undefined && !state.priority);
  }),

  conformance(
    ['VOX-2', 'VOX-7', 'VOX-8'],
    'the examples of the reference are taken as they are, with ids of the room',
    async ({ people }) => {
      const [ada, bo] = await people('Ada', 'Bo');
      const club = await ada.founds('Tea club');
      await ada.invites(bo);
      const lounge = await ada.makesChannel(club, 'Lounge', { kind: 'voice' });
      if (!(await hasVoice(ada, lounge))) return;
      const { voice_methods } = gatewayReference();
      const example = (method: string) => voice_methods[method]!.request.example as object;
      const idOf = ({ ok = {} }: Answer, way: string) => (ok[way] as { id: string }).id;
      const sender = await asks(ada, 'join', { ...example('join'), ...lounge, muted: false });
      const connects = (transport: string) => ({ ...example('connect'), transport });
      assert.deepEqual((await asks(ada, 'connect', connects(idOf(sender, 'send')))).ok, {});
      const { producer } = (await asks(ada, 'produce', example('produce'))).ok as { producer: string };
      const receiver = await asks(bo, 'join', lounge);
      assert.deepEqual((await asks(bo, 'connect', connects(idOf(receiver, 'receive')))).ok, {});
      const { ok = {} } = await asks(bo, 'consume', { ...example('consume'), producers: [producer] });
      assert.deepEqual(ok['refused'], []);
      assert.equal((ok['consumers'] as { producer: string }[])[0]?.producer, producer);
      for (const method of ['pause', 'resume', 'close'])
        assert.deepEqual((await asks(ada, method, { producers: [producer] })).ok, {}, method);
    },
  ),

  conformance('VOX-23', 'one is told which pictures everybody inside can show', async ({ people }) => {
    const [ada, bo] = await people('Ada', 'Bo');
    const club = await ada.founds('Tea club');
    await ada.invites(bo);
    const lounge = await ada.makesChannel(club, 'Lounge', { kind: 'voice' });
    if (!(await hasVoice(ada, lounge))) return;
    const { ok } = await asks(ada, 'join', lounge);
    const all = ok?.['formats'] as string[];
    for (const format of ['video/VP8', 'video/H264']) assert.ok(all.includes(format), format);
    await asks(bo, 'join', lounge);
    const codec = { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000, preferredPayloadType: 96 };
    const rtp_capabilities = { codecs: [codec], headerExtensions: [] };
    await asks(bo, 'consume', { producers: ['none'], rtp_capabilities });
    assert.deepEqual((await isTold(ada, 'formats'))['formats'], ['video/VP8']);
    assert.deepEqual((await asks(ada, 'sync', {})).ok?.['formats'], ['video/VP8']);
    await asks(bo, 'leave', {});
    await asks(bo, 'join', lounge);
    const opus = { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2, preferredPayloadType: 100 };
    await asks(bo, 'consume', { producers: ['none'], rtp_capabilities: { codecs: [opus], headerExtensions: [] } });
    assert.deepEqual((await asks(ada, 'sync', {})).ok?.['formats'], all, 'who only listens takes none away');
  }),

  conformance(
    ['VOX-6', 'VOX-8'],
    'one sends so many things and no more, and the others are told',
    async ({ people }) => {
      const [ada, bo] = await people('Ada', 'Bo');
      const club = await ada.founds('Tea club');
      await ada.invites(bo);
      const lounge = await ada.makesChannel(club, 'Lounge', { kind: 'voice' });
      if (!(await hasVoice(ada, lounge))) return;
      const { ok } = await asks(ada, 'join', lounge);
      await asks(bo, 'join', lounge);
      const { codecs } = (ok ?? {})['rtp_capabilities'] as { codecs: { mimeType: string }[] };
      for (const codec of ['audio/opus', 'video/VP8', 'video/H264'])
        assert.ok(
          codecs.some(({ mimeType }) => mimeType.toLowerCase() === codec.toLowerCase()),
          codec,
        );
      const camera = (ssrc: number) => ({
        kind: 'video',
        source: 'camera',
        rtp_parameters: {
          codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 }],
          encodings: [{ ssrc }],
        },
      });
      assert.equal(await refused(ada, 'produce', { ...camera(1), source: 'mic' }), 'bad_media');
      for (const ssrc of [1, 2, 3]) assert.equal(await refused(ada, 'produce', camera(ssrc)), undefined);
      assert.equal(await refused(ada, 'produce', camera(4)), 'limit_reached');
      const { added } = (await isTold(bo, 'producers')) as { added: { user: string; source: string }[] };
      assert.deepEqual([added[0]?.user, added[0]?.source], [ada.id, 'camera']);
      await sees(bo, ada, lounge, (state) => state?.camera);
    },
  ),

  conformance('VOX-7', 'each participant has two ways of their own, over UDP and TCP', async ({ people }) => {
    const [ada, bo] = await people('Ada', 'Bo');
    const club = await ada.founds('Tea club');
    await ada.invites(bo);
    const lounge = await ada.makesChannel(club, 'Lounge', { kind: 'voice' });
    if (!(await hasVoice(ada, lounge))) return;
    const room = (await asks(ada, 'join', lounge)).ok as unknown as VoiceAnswer<'join'>;
    assert.notEqual(room.send.id, room.receive.id);
    for (const { ice_candidates: ways, ice_parameters: ice } of [room.send, room.receive]) {
      assert.deepEqual([...new Set(ways.map(({ protocol }) => protocol))].sort(), ['tcp', 'udp']);
      assert.equal(ice.iceLite, true);
    }
    await asks(bo, 'join', lounge);
    const fingerprint = { algorithm: 'sha-256', value: Array.from({ length: 32 }, () => 'AB').join(':') };
    const d = { transport: room.send.id, dtls_parameters: { role: 'client', fingerprints: [fingerprint] } };
    assert.equal(await refused(bo, 'connect', d), 'not_found', 'of somebody else');
    assert.equal(await refused(ada, 'connect', d), undefined);
    assert.notEqual(await refused(ada, 'connect', d), undefined, 'once');
    const again = (await asks(ada, 'restart_ice', { transport: room.send.id }))
      .ok as unknown as VoiceAnswer<'restart_ice'>;
    assert.notEqual(again.ice_parameters.usernameFragment, room.send.ice_parameters.usernameFragment);
  }),

  conformance('VOX-4', 'whoever ends the gateway session is out at once', async ({ people }) => {
    const [ada, bo] = await people('Ada', 'Bo');
    const club = await ada.founds('Tea club');
    await ada.invites(bo);
    const lounge = await ada.makesChannel(club, 'Lounge', { kind: 'voice' });
    if (!(await hasVoice(ada, lounge))) return;
    await asks(bo, 'join', lounge);
    await sees(ada, bo, lounge, (state) => state !== undefined);
    bo.gateway!.close();
    await sees(ada, bo, lounge, (state) => state === undefined);
  }),

  conformance('CHN-6', 'only voice channels have a sound and a size', async ({ people }) => {
    const [ada] = await people('Ada');
    const club = await ada.founds('Tea club');
    const lounge = await ada.makesChannel(club, 'Lounge', { kind: 'voice' });
    const params = { ...lounge };
    const set = await ada.asks(channels.updateChannel, { params, body: { bitrate: 96_000, user_limit: 5 } });
    assert.deepEqual([set.bitrate, set.user_limit], [96_000, 5]);
    await ada.sees('channel.updated', (d) => d.channel.bitrate === 96_000 && d.channel.user_limit === 5);
    const unset = await ada.asks(channels.updateChannel, { params, body: { bitrate: null, user_limit: null } });
    assert.ok(!('bitrate' in unset) && !('user_limit' in unset));
    for (const body of [{ bitrate: 96_000 }, { user_limit: 5 }])
      await ada.isRefused('invalid_body', channels.updateChannel, { params: { ...club.general }, body });
  }),

  conformance(['VOX-11', 'VOX-12'], 'moderators mute, move and send out', async ({ people }) => {
    const [ada, bo, cy] = await people('Ada', 'Bo', 'Cy');
    const club = await ada.founds('Tea club');
    for (const person of [bo, cy]) await ada.invites(person);
    const lounge = await ada.makesChannel(club, 'Lounge', { kind: 'voice' });
    const attic = await ada.makesChannel(club, 'Attic', { kind: 'voice' });
    if (!(await hasVoice(ada, lounge))) return;
    const who = { space: club.space, user: bo.id };
    assert.equal(await refused(ada, 'disconnect', who), 'not_found');
    await asks(bo, 'join', lounge);
    for (const [method, d] of [
      ['moderate', { ...who, muted: true }],
      ['move', { ...who, channel: attic.channel }],
      ['disconnect', who],
    ] as const)
      assert.equal(await refused(cy, method, d), 'missing_permission', method);
    await asks(ada, 'moderate', { ...who, muted: true });
    await sees(cy, bo, lounge, (state) => state?.server_muted);
    await asks(ada, 'move', { ...who, channel: attic.channel });
    assert.deepEqual(await isTold(bo, 'moved'), attic);
    await asks(bo, 'join', attic);
    await sees(cy, bo, attic, (state) => state?.server_muted);
    await asks(ada, 'disconnect', who);
    assert.equal((await isTold(bo, 'left'))['reason'], 'disconnected');
    await sees(cy, bo, attic, (state) => state === undefined);
  }),

  conformance(['VOX-5', 'VOX-12'], 'moderators move people into a channel that is full', async ({ people }) => {
    const [ada, bo, cy] = await people('Ada', 'Bo', 'Cy');
    const club = await ada.founds('Tea club');
    for (const person of [bo, cy]) await ada.invites(person);
    const lounge = await ada.makesChannel(club, 'Lounge', { kind: 'voice' });
    const attic = await ada.makesChannel(club, 'Attic', { kind: 'voice' });
    if (!(await hasVoice(ada, lounge))) return;
    await ada.asks(channels.updateChannel, { params: { ...attic }, body: { user_limit: 1 } });
    await asks(cy, 'join', attic);
    await asks(bo, 'join', lounge);
    assert.equal(await refused(bo, 'join', attic), 'limit_reached');
    await asks(ada, 'move', { space: club.space, user: bo.id, channel: attic.channel });
    await isTold(bo, 'moved');
    await asks(bo, 'join', attic);
    await asks(bo, 'leave', {});
    assert.equal(await refused(bo, 'join', attic), 'limit_reached', 'by oneself again');
  }),
];
