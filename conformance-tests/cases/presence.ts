import assert from 'node:assert/strict';
import { getAccount, setPresence } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { listMembers } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import type { GatewayEventData } from '@folkmoot/protocol-spec/schemas/gateway/events.ts';
import { conformance } from '../case.ts';
import type { Person } from '../person.ts';

type Presence = GatewayEventData<'presence.updated'>['presence'];

const watches = (watcher: Person, ...users: Person[]) =>
  watcher.gateway!.send({ op: 'watch', users: users.map(({ id }) => id) });

const seen = (watcher: Person, of: Person): Presence[] =>
  watcher
    .gateway!.events()
    .flatMap((event) => (event.t === 'presence.updated' && event.d.presence.user === of.id ? [event.d.presence] : []));

const showsLast = (watcher: Person, of: Person, status: Presence['status'], text = '') =>
  watcher.gateway!.until(() => {
    const last = seen(watcher, of).at(-1);
    return last?.status === status && last.text === text;
  }, `${of.name} is ${status}`);

export const presenceCases = [
  conformance(['PRE-1', 'PRE-4'], 'those who have somebody in view see how they are', async ({ people }) => {
    const [ada, bo] = await people('Ada', 'Bo');
    await ada.founds('Tea club');
    await ada.invites(bo);
    watches(bo, ada);
    await showsLast(bo, ada, 'online');
    await ada.asks(setPresence, { body: { status: 'dnd', text: 'counting' } });
    await showsLast(bo, ada, 'dnd', 'counting');
    await ada.sees('account.updated', (d) => d.account.presence.text === 'counting');
    assert.deepEqual((await ada.asks(getAccount)).presence, { status: 'dnd', text: 'counting' });
    await ada.asks(setPresence, { body: { status: 'online', text: '' } });
    await showsLast(bo, ada, 'online');
  }),

  conformance(['PRE-2', 'PRE-4'], 'invisible looks like offline, in every answer and frame', async ({ people }) => {
    const [ada, bo, cy] = await people('Ada', 'Bo', 'Cy');
    const club = await ada.founds('Tea club');
    for (const person of [bo, cy]) await ada.invites(person);
    await ada.asks(setPresence, { body: { status: 'invisible', text: 'nobody reads this' } });
    await ada.sees('account.updated', (d) => d.account.presence.status === 'invisible');
    watches(bo, ada, cy);
    await showsLast(bo, cy, 'online');
    assert.deepEqual(seen(bo, ada), [], 'nothing is said of somebody who is not there');
    const { presences } = await bo.asks(listMembers, { params: { space: club.space } });
    assert.ok(!presences.some(({ user, status }) => user === ada.id && status !== 'offline'));
    assert.ok(presences.some(({ user, status }) => user === cy.id && status === 'online'));
    await ada.asks(setPresence, { body: { status: 'invisible', text: 'nor this' } });
    await ada.asks(setPresence, { body: { status: 'idle', text: '' } });
    await showsLast(bo, ada, 'idle');
    await ada.asks(setPresence, { body: { status: 'invisible', text: '' } });
    await showsLast(bo, ada, 'offline');
    assert.ok(!bo.gateway!.texts.some((text) => text.includes('nobody reads this') || text.includes('nor this')));
  }),

  conformance(['PRE-2', 'PRE-3'], 'online becomes idle when all devices are', async ({ people }) => {
    const [ada, bo] = await people('Ada', 'Bo');
    await ada.founds('Tea club');
    await ada.invites(bo);
    const phone = ada.gateway!;
    const laptop = await ada.watches();
    watches(bo, ada);
    await showsLast(bo, ada, 'online');
    phone.send({ op: 'idle', idle: true });
    laptop.send({ op: 'idle', idle: true });
    await showsLast(bo, ada, 'idle');
    phone.send({ op: 'idle', idle: false });
    await showsLast(bo, ada, 'online');
  }),

  conformance('PRE-4', 'whoever shares no space is left out without a word', async ({ people }) => {
    const [ada, bo, cy, di] = await people('Ada', 'Bo', 'Cy', 'Di');
    await ada.founds('Tea club');
    for (const person of [bo, di]) await ada.invites(person);
    watches(di, ada);
    watches(bo, cy, ada);
    await showsLast(bo, ada, 'online');
    await cy.asks(setPresence, { body: { status: 'dnd', text: 'secret' } });
    await ada.asks(setPresence, { body: { status: 'dnd', text: 'sentinel' } });
    await showsLast(bo, ada, 'dnd', 'sentinel');
    assert.deepEqual(seen(bo, cy), []);
    // What somebody watches is replaced as a whole, so Ada is out of view when Di is in it.
    watches(bo, di);
    await showsLast(bo, di, 'online');
    const before = seen(bo, ada).length;
    await ada.asks(setPresence, { body: { status: 'online', text: 'not for you' } });
    await showsLast(di, ada, 'online', 'not for you');
    bo.gateway!.send({ op: 'heartbeat', seq: bo.gateway!.count });
    await bo.gateway!.frame('heartbeat_ack');
    assert.equal(seen(bo, ada).length, before);
    watches(bo, ada);
    await showsLast(bo, ada, 'online', 'not for you');
    assert.equal(seen(bo, ada).length, before + 1);
  }),

  conformance('PRE-5', 'many changes are told as few, and the last one always', async ({ people }) => {
    const [ada, bo] = await people('Ada', 'Bo');
    await ada.founds('Tea club');
    await ada.invites(bo);
    watches(bo, ada);
    await showsLast(bo, ada, 'online');
    const begin = performance.now();
    for (let i = 0; i < 40; i++) await ada.asks(setPresence, { body: { status: 'online', text: `text ${i}` } });
    await showsLast(bo, ada, 'online', 'text 39');
    const seconds = (performance.now() - begin) / 1_000;
    const told = seen(bo, ada).length - 1;
    assert.ok(told <= 3 + seconds * 3, `${told} in ${seconds} s`);
  }),

  conformance(['PRE-2', 'PRE-5'], 'whoever loses the last socket goes offline', async ({ people }) => {
    const [ada, bo] = await people('Ada', 'Bo');
    await ada.founds('Tea club');
    await ada.invites(bo);
    watches(bo, ada);
    await showsLast(bo, ada, 'online');
    ada.gateway!.close(1000);
    await showsLast(bo, ada, 'offline');
  }),
];
