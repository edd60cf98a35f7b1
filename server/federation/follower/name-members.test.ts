import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PeerProfile } from '@folkmoot/protocol-spec/schemas/federation/people.ts';
import type { Reader } from '../../storage/database.ts';
import { PeerRefusal } from '../peer-refusal.ts';
import { nameMembers } from './name-members.ts';

const hub = 'hub.example';
const tooFast = new PeerRefusal(429, { code: 'rate_limited', message: 'Too fast.', retry: 1 });
const unknown = new PeerRefusal(404, { code: 'not_found', message: 'Nobody.' });

test('[FOL-17] a hub that is asked too fast is asked again, and who is not there keeps nobody from a name', async () => {
  const rows = Array.from({ length: 10 }, (_, n) => ({ id: `u_${n}`, home: hub, identity: '{}', state: 'active' }));
  const others = [
    { id: 'u_x', home: 'other.example', identity: '{}', state: 'active' },
    { id: 'u_y', home: hub, identity: '{"v":1}', state: 'active' },
  ];
  const reader = { all: async () => [...rows, ...others] } as unknown as Reader;
  const asked: string[] = [];
  const learned: unknown[] = [];
  const parts = {
    hub,
    database: { read: <T>(work: (one: Reader) => Promise<T>) => work(reader) },
    async profileOf(_: string, user: string): Promise<PeerProfile> {
      asked.push(user);
      if (asked.length % 3 === 0) throw tooFast;
      if (user === 'u_4') throw unknown;
      return { identity: { user }, display_name: user, bio: '', pronouns: '', created: 1 };
    },
    async learnProfiles(_: string, profiles: readonly PeerProfile[]) {
      learned.push(...profiles.map(({ identity }) => identity['user']));
    },
  };
  await nameMembers(parts, 's_1', () => false);
  assert.deepEqual(
    learned.sort(),
    rows.map(({ id }) => id).filter((id) => id !== 'u_4'),
  );
  assert.ok(!asked.includes('u_x') && !asked.includes('u_y'));
});
