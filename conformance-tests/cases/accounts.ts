import assert from 'node:assert/strict';
import * as accounts from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { listAudit, updateMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { getMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { createInvite, joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { createSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import { conformance } from '../case.ts';
import { goodPassword, newHandle } from '../people.ts';
import { placeOf } from '../person.ts';
import { Visitor } from '../visitor.ts';
import { eventually } from '../waiting.ts';
import { looksOf } from '../expect.ts';

const idOfNobody = `u_${'a'.repeat(32)}`;

export const accountCases = [
  conformance(['ACC-1', 'ACC-6'], 'whoever registers has an account and a session', async ({ visitors }) => {
    const [ada] = await visitors('Ada');
    const account = await ada.asks(accounts.getAccount);
    assert.equal(account.id, ada.id);
    assert.equal(account.handle, ada.handle);
    assert.equal(account.display_name, 'Ada');
    assert.equal(account.admin, false);
  }),

  conformance(
    'ACC-1',
    'a set-up token that was never given out makes no admin',
    async ({ visitors, target, rules, signal }) => {
      const [ada] = await visitors('Ada');
      const body = { handle: newHandle('eve'), password: goodPassword, set_up: ada.token };
      const answer = await new Visitor({ url: target.url, rules, signal }).tries(accounts.register, { body });
      assert.equal(answer.status, 410);
    },
  ),

  conformance('ACC-10', 'a handle is taken once, and so is one that looks like it', async ({ visitors }) => {
    const [ada] = await visitors('olaf0lla');
    const visitor = new Visitor(ada.parts);
    const body = { password: goodPassword, handle: ada.handle };
    await visitor.isRefused('handle_taken', accounts.register, { body });
    const twin = ada.handle.replace('olaf0lla', '0laf011a');
    await visitor.isRefused('handle_taken', accounts.register, { body: { ...body, handle: twin } });
  }),

  conformance('ACC-10', 'a handle that speaks for the homeserver is refused', async ({ visitors }) => {
    const [ada] = await visitors('Ada');
    for (const handle of ['admin', 'everyone', 'system', 'support']) {
      await new Visitor(ada.parts).isRefused('bad_handle', accounts.register, {
        body: { handle, password: goodPassword },
      });
      await ada.isRefused('bad_handle', accounts.updateProfile, { body: { handle } });
    }
  }),

  conformance('ACC-1', 'a password that is guessed first is refused', async ({ visitors }) => {
    const [ada] = await visitors('Ada');
    const body = { handle: newHandle('bo'), password: 'password123' };
    await new Visitor(ada.parts).isRefused('weak_password', accounts.register, { body });
  }),

  conformance(
    'ACC-6',
    'a profile changes only where it was asked to, and those who share a space are told',
    async ({ people }) => {
      const [ada, bo, stranger] = await people('Ada', 'Bo', 'Stranger');
      await ada.founds('Tea club');
      await ada.invites(bo);
      const after = await ada.asks(accounts.updateProfile, { body: { display_name: 'Ada L', bio: 'counts' } });
      assert.equal(after.handle, ada.handle);
      assert.equal(after.bio, 'counts');
      await ada.sees('account.updated', (d) => d.account.display_name === 'Ada L');
      await bo.sees('user.updated', (d) => d.user.id === ada.id && d.user.display_name === 'Ada L');
      const own = await stranger.founds('Other club');
      await stranger.seesNothingOf(
        (event) => event.t === 'user.updated' && event.d.user.id === ada.id,
        () => stranger.says(own.general, 'sentinel'),
      );
      const again = await ada.asks(accounts.updateProfile, { body: { pronouns: 'she/her' } });
      assert.equal(again.display_name, 'Ada L');
    },
  ),

  conformance(
    'ACC-9',
    'a profile is shown to those who share a space and does not exist for others',
    async ({ visitors }) => {
      const [ada, bo, stranger] = await visitors('Ada', 'Bo', 'Stranger');
      await ada.founds('Tea club');
      await ada.invites(bo);
      assert.equal((await bo.asks(accounts.getUser, { params: { user: ada.id } })).handle, ada.handle);
      const hidden = await stranger.tries(accounts.getUser, { params: { user: ada.id } });
      const nobody = await stranger.tries(accounts.getUser, { params: { user: idOfNobody } });
      assert.equal(hidden.status, 404);
      assert.equal(looksOf(hidden), looksOf(nobody));
    },
  ),

  conformance('ACC-12', 'an e-mail address is told to its owner only', async ({ visitors, target, rules, signal }) => {
    const [ada] = await visitors('Ada');
    const handle = newHandle('bo');
    const email = `${handle}@mail.example`;
    const bo = new Visitor({ url: target.url, rules, signal });
    bo.token = (await bo.asks(accounts.register, { body: { handle, password: goodPassword, email } })).token;
    const account = await bo.asks(accounts.getAccount);
    assert.equal(account.email, email);
    await ada.founds('Tea club');
    const code = await ada.makesInvite(await ada.founds('Tea club'));
    await bo.asks(joinByInvite, { params: { code } });
    const shown = await ada.tries(accounts.getUser, { params: { user: account.id } });
    assert.equal(shown.status, 200);
    assert.ok(!shown.text.includes('mail.example'));
    const again = { handle: newHandle('cy'), password: goodPassword, email: email.toUpperCase() };
    await new Visitor(ada.parts).isRefused('email_taken', accounts.register, { body: again });
  }),

  conformance('ACC-8', 'an account that owns a space cannot be deleted', async ({ visitors }) => {
    const [ada] = await visitors('Ada');
    await ada.founds('Tea club');
    await ada.isRefused('owns_spaces', accounts.deleteAccount, { body: { password: ada.password } });
    await ada.isRefused('wrong_credentials', accounts.deleteAccount, { body: { password: 'something else' } });
  }),

  conformance('ACC-8', 'a deleted account leaves its messages and nothing of its name', async ({ people }) => {
    const [owner, ada] = await people('Owner', 'Ada');
    const club = await owner.founds('Tea club');
    await owner.invites(ada);
    const message = await ada.says(club.general, 'I was here');
    const about = { params: { space: club.space, user: ada.id } };
    await owner.asks(updateMember, { ...about, body: { nick: 'Captain' } });
    await owner.gives(club, ada, await owner.makesRole(club, 'friends'));
    await ada.asks(accounts.deleteAccount, { body: { password: ada.password } });
    assert.equal(await ada.gateway?.closing(), 4004);
    await owner.sees('member.left', (d) => d.user === ada.id);
    const { author, content } = await owner.asks(getMessage, { params: placeOf(message) });
    assert.equal(content, 'I was here');
    assert.equal(author.handle, null);
    assert.notEqual(author.display_name, 'Ada');
    await ada.isRefused('session_ended', accounts.getAccount);
    const audit = await owner.tries(listAudit, { params: { space: club.space } });
    assert.ok(audit.text.includes(ada.id) && !/Ada|Captain/.test(audit.text), audit.text);
    const visitor = new Visitor(owner.parts);
    await visitor.isRefused('wrong_credentials', accounts.logIn, {
      body: { login: ada.handle, password: ada.password },
    });
    await visitor.asks(accounts.register, { body: { handle: ada.handle, password: goodPassword } });
  }),

  conformance(
    ['ACC-12', 'INV-1'],
    'what is stored holds no token, password, code or address',
    async ({ target, rules, signal }) => {
      const handle = newHandle('ada');
      const secret = { password: `${handle} and a jar`, email: `${handle}@mail.example` };
      const ada = new Visitor({ url: target.url, rules, signal });
      const { token = '', refresh_token = '' } = await ada.asks(accounts.register, { body: { handle, ...secret } });
      ada.token = token;
      const { id: space } = await ada.asks(createSpace, { body: { name: 'Tea club' } });
      const { code } = await ada.asks(createInvite, { params: { space }, body: {} });
      let stored: Buffer = Buffer.alloc(0);
      const isFound = async () => (stored = await target.storedBytes()).includes(handle);
      await eventually(signal, isFound, 'the handle is found, so the right bytes are looked at');
      for (const text of [token, refresh_token, secret.password, secret.email, code])
        assert.ok(!stored.includes(text), text);
    },
    { needs: ['storedBytes'] },
  ),
];
