import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serverNameOf } from '../session/server-name.ts';
import { inviteLinkOf, pathToInvite } from './invite-link.ts';

const code = 'AbCdEfGhIjKlMnOpQrSt_-';
const own = ['b.example', 'chat.b.example'];

test('a pasted invite is understood, whichever homeserver it belongs to', () => {
  const cases: [string, unknown][] = [
    [code, { code }],
    [` https://b.example/invite/${code} `, { code }],
    [`https://chat.b.example/invite/${code}/`, { code }],
    [`https://a.example/invite/${code}`, { code, via: 'a.example' }],
    [`a.example:8448/invite/${code}`, { code, via: 'a.example:8448' }],
    [`https://A.EXAMPLE/invite/${code}?from=mail#x`, { code, via: 'a.example' }],
    [`https://c.example/join?invite=${code}&via=a.example`, { code, via: 'a.example' }],
    [`https://c.example/join?invite=${code}&via=b.example`, { code }],
    [`https://c.example/join?invite=${code}`, undefined],
    [`https://a.example/invite/short`, undefined],
    [`https://a.example/spaces/${code}`, undefined],
    ['hello', undefined],
    ['', undefined],
  ];
  for (const [text, link] of cases) assert.deepEqual(inviteLinkOf(text, own), link, text);
});

test('the page of an invite names the homeserver only where it is another one', () => {
  assert.equal(pathToInvite({ code }), `/invite/${code}`);
  assert.equal(pathToInvite({ code, via: 'a.example:8448' }), `/join?invite=${code}&via=a.example%3A8448`);
});

test('a homeserver is named the way people write it', () => {
  const cases: [string, string | undefined][] = [
    ['b.example', 'b.example'],
    [' B.Example ', 'b.example'],
    ['https://b.example/', 'b.example'],
    ['https://b.example:8448/invite/x', 'b.example:8448'],
    ['wren@b.example', 'b.example'],
    ['@wren@b.example', 'b.example'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['localhost:8448', 'localhost:8448'],
    ['b', undefined],
    ['b example', undefined],
    ['javascript:alert(1)', undefined],
    ['-b.example', undefined],
    ['', undefined],
  ];
  for (const [text, name] of cases) assert.equal(serverNameOf(text), name, text);
});
