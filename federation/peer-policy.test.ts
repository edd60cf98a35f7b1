import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgePeer, type PeerPolicy, type PeerState } from './peer-policy.ts';

const open: PeerPolicy = { mode: 'open', allow: [] };
const listed: PeerPolicy = { mode: 'allow-list', allow: ['a.example', '*.b.example'] };

const cases: [string, PeerState, PeerPolicy, string][] = [
  ['a.example', 'ok', open, 'welcome'],
  ['a.example', 'blocked', open, 'server_blocked'],
  ['a.example', 'suspended', open, 'identity_changed'],
  ['a.example', 'ok', listed, 'welcome'],
  ['a.example', 'blocked', listed, 'server_blocked'],
  ['x.a.example', 'ok', listed, 'server_blocked'],
  ['x.b.example', 'ok', listed, 'welcome'],
  ['x.b.example', 'suspended', listed, 'identity_changed'],
  ['b.example', 'ok', listed, 'server_blocked'],
  ['.b.example', 'ok', listed, 'server_blocked'],
  ['evilb.example', 'ok', listed, 'server_blocked'],
  ['c.example', 'suspended', listed, 'server_blocked'],
];

test('[FED-9] who is talked to, by the state of the peer and the policy', () => {
  for (const [server, state, policy, verdict] of cases)
    assert.equal(judgePeer(server, state, policy), verdict, `${server} ${state} ${policy.mode}`);
});
