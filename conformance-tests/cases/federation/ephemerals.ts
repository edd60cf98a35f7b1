import assert from 'node:assert/strict';
import { federated } from '../../federated-case.ts';
import { PuppetUser } from '../../puppet/puppet-user.ts';
import { eventually } from '../../waiting.ts';

const typing = (place: { space: string; channel: string }, user: string) => ({
  ...place,
  user,
  kind: 'typing',
  ts: Date.now(),
});

export const ephemeralCases = [
  federated(
    ['LIVE-7', 'PPL-10', 'FOL-10'],
    'what is said of the users of another server is dropped, whoever says it (F143)',
    async (scene) => {
      const [owner] = await scene.people('owner');
      const club = await owner.founds('Typing');
      const [bob, carol] = [await scene.member(owner, club), await scene.member(owner, club, 'carol')];
      const [atBob, atCarol] = [await bob.puppet.follows(), await carol.puppet.follows()];
      for (const live of [atBob, atCarol]) {
        await live.heads(club.space);
        live.send({ op: 'interest', channels: [club.general.channel] });
      }
      // What is said on a connection is heard in its order, so what is of interest is known then.
      const lobby = await owner.makesChannel(club, 'lobby');
      await atCarol.heads(club.space, (streams) => lobby.channel in streams);
      await owner.sees('channel.created', (d) => d.channel.id === lobby.channel);
      atCarol.send({ op: 'ephemeral', items: [typing(lobby, carol.id)] });
      await owner.sees('typing.started', (d) => d.user.id === carol.id && d.channel === lobby.channel);
      const secret = await owner.makesChannel(club, 'secret', { private: true });
      const items = [
        typing(club.general, carol.id),
        typing(club.general, owner.id),
        typing(secret, bob.id),
        typing({ ...club.general, space: `s_${'a'.repeat(32)}` }, bob.id),
        typing(club.general, bob.id),
      ];
      atBob.send({ op: 'ephemeral', items });
      await owner.sees('typing.started', (d) => d.user.id === bob.id && d.channel === club.general.channel);
      const frame = await atCarol.until(() => atCarol.frames.find(({ op }) => op === 'ephemeral'), 'carol hears of it');
      assert.deepEqual(
        frame.items?.map(({ user }) => user),
        [bob.id],
      );
      const presences = [carol.id, owner.id].map((user) => ({
        user,
        status: 'online',
        text: 'forged',
        to: [owner.id],
      }));
      const { status } = await bob.puppet.posts('/ephemeral', { v: 1, presences });
      assert.ok([202, 403].includes(status), `${status}`);
      await bob.says(club.general, 'sentinel');
      await owner.sees('message.created', (d) => d.message.content === 'sentinel');
      const typed = owner
        .gateway!.events()
        .flatMap((event) => (event.t === 'typing.started' ? [[event.d.user.id, event.d.channel]] : []));
      assert.deepEqual(typed, [
        [carol.id, lobby.channel],
        [bob.id, club.general.channel],
      ]);
      assert.ok(!owner.gateway!.texts.join().includes('forged'));
    },
  ),

  federated('FOL-10', 'a hub says nothing of the users of a follower, nor of strangers (F143)', async (scene) => {
    const hub = await scene.hub();
    const reader = await scene.follower(hub);
    const carol = new PuppetUser(await scene.puppet(), 'carol');
    hub.relays('_', carol, 'member.join', { profile: carol.profile });
    await reader.sees('member.joined', (d) => d.member.user.id === carol.id);
    const [other] = await scene.people('other');
    const stranger = new PuppetUser(hub.puppet, 'stranger');
    const elsewhere = { space: hub.space, channel: `c_${'a'.repeat(26)}` };
    const items = [
      typing(hub.place, reader.id),
      typing(hub.place, other.id),
      typing(hub.place, stranger.id),
      typing(elsewhere, carol.id),
      typing(hub.place, carol.id),
    ];
    hub.send({ op: 'ephemeral', items });
    await reader.sees('typing.started', (d) => d.user.id === carol.id);
    hub.says('sentinel');
    await reader.sees('message.created', (d) => d.message.content === 'sentinel');
    const typed = reader.gateway!.events().flatMap((event) => (event.t === 'typing.started' ? [event.d.user.id] : []));
    assert.deepEqual(typed, [carol.id]);
  }),

  federated(['VER-3', 'VOX-17'], 'what is told with more than one knows is shown without that', async (scene) => {
    const hub = await scene.hub();
    const reader = await scene.follower(hub);
    const carol = new PuppetUser(await scene.puppet(), 'carol');
    hub.relays('_', carol, 'member.join', { profile: carol.profile });
    await reader.sees('member.joined', (d) => d.member.user.id === carol.id);
    const state = {
      channel: hub.place.channel,
      user: { id: carol.id, handle: 'carol', display_name: 'Carol', home: carol.puppet.name, mood: 'much later' },
      ...{ muted: true, deafened: false, server_muted: false, server_deafened: false, camera: false, screen: false },
      hologram: 'much later',
    };
    const item = { ...hub.place, user: carol.id, kind: 'voice.state', ts: Date.now() };
    const mood = 'much later';
    hub.send({ op: 'ephemeral', mood, items: [{ ...item, data: { state, mood }, mood }] });
    await reader.sees('voice.state', (d) => d.state.user.id === carol.id && d.state.muted);
    assert.ok(!reader.gateway!.texts.join().includes('much later'));
  }),

  federated('LIVE-4', 'a live connection of pings only, or in pieces without end, is ended', async (scene) => {
    const [owner] = await scene.people('owner');
    const club = await owner.founds('Pings');
    const bob = await scene.member(owner, club);
    const pinging = await bob.puppet.follows();
    await pinging.heads(club.space);
    for (let i = 0; i < 100; i++) pinging.socket.ping();
    await pinging.until(() => pinging.pongs >= 100, 'pings are answered');
    for (let i = 0; i < 5_000; i++) pinging.socket.ping();
    await pinging.until(() => pinging.closed !== undefined, 'it is ended');
    assert.ok([4400, 1006].includes(pinging.closed!), `${pinging.closed}`);
    const inPieces = await bob.puppet.follows();
    await inPieces.heads(club.space);
    for (let i = 0; i < 2_000; i++) inPieces.socket.send('x', { fin: false });
    await inPieces.until(() => inPieces.closed !== undefined, 'it is ended, too');
    assert.ok([1008, 4400, 1006].includes(inPieces.closed!), `${inPieces.closed}`);
  }),

  federated(
    ['PPL-9', 'PPL-10', 'PPL-11'],
    'the users of a server that is gone are offline within its time, and back when it is (F146)',
    async (scene) => {
      const [owner] = await scene.people('owner');
      const club = await owner.founds('Presence');
      const bob = await scene.member(owner, club);
      const { puppet } = bob;
      const online = (to: string[]) => ({ user: bob.id, status: 'online', text: '', to });
      puppet.instead = ({ path, body }) => {
        if (path !== '/presence/watch') return undefined;
        const { watch } = JSON.parse(body) as { watch: { user: string; by: string[] }[] };
        const presences = watch.filter(({ user }) => user === bob.id).map(({ by }) => online(by));
        return { body: JSON.stringify({ presences, v: 1 }) };
      };
      owner.gateway!.send({ op: 'watch', users: [bob.id] });
      await owner.sees('presence.updated', (d) => d.presence.user === bob.id && d.presence.status === 'online');
      const forged = { ...online([owner.id]), user: owner.id, text: 'forged' };
      await puppet.posts('/ephemeral', { v: 1, presences: [forged, { ...online([owner.id]), text: 'true' }] });
      await owner.sees('presence.updated', (d) => d.presence.user === bob.id && d.presence.text === 'true');
      assert.ok(!owner.gateway!.texts.join().includes('forged'));
      await puppet.wire.vanish();
      const gone = performance.now();
      await owner.sees('presence.updated', (d) => d.presence.user === bob.id && d.presence.status === 'offline');
      assert.ok(performance.now() - gone < 170_000);
      await puppet.wire.comeBack();
      await puppet.says();
      const { length } = owner.gateway!.events();
      const isBack = () =>
        owner
          .gateway!.events()
          .slice(length)
          .some(
            (event) =>
              event.t === 'presence.updated' &&
              event.d.presence.user === bob.id &&
              event.d.presence.status === 'online',
          );
      await eventually(scene.signal, async () => isBack(), 'bob is back');
    },
    { patience: 280_000, isSlow: true },
  ),
];
