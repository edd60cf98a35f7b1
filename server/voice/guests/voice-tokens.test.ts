import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { createConnectionKey } from '@folkmoot/protocol-spec/client/voice-key.ts';
import { guestLimits } from '@folkmoot/protocol-spec/schemas/gateway/guest-voice.ts';
import { SignJWT } from 'jose';
import { VoiceTokens } from './voice-tokens.ts';

const ticket = { user: 'u_one', home: 'b.example', space: 's_one', channel: 'c_one' };
const challenge = 'c'.repeat(43);

async function scene() {
  const clock = { time: 1_800_000_000_000, now: () => clock.time };
  const tokens = new VoiceTokens({ hub: 'a.example', clock });
  const key = await createConnectionKey();
  const { token } = await tokens.issue(ticket, key.thumbprint);
  const enter = async (text: string, by = key) => ({
    op: 'enter' as const,
    token: text,
    key: by.publicKey,
    proof: await by.prove(challenge, text),
  });
  const opens = async (text: string, by = key) => (await tokens.redeem(await enter(text, by), challenge)) !== undefined;
  return { clock, tokens, key, token, enter, opens };
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('[VOX-15] a token opens the room of one user for the key that it names', async () => {
  const { tokens, token, enter } = await scene();
  assert.deepEqual(await tokens.redeem(await enter(token), challenge), ticket);
});

test('[VOX-15] F147: a token that was used is refused', async () => {
  const { token, opens } = await scene();
  assert.deepEqual([await opens(token), await opens(token)], [true, false]);
});

test('[VOX-15] F147: of many at once with the same token one is let in', async () => {
  const { token, opens } = await scene();
  const all = await Promise.all(Array.from({ length: 20 }, () => opens(token)));
  assert.equal(all.filter(Boolean).length, 1);
});

test('[VOX-15] F147: an expired token is refused', async () => {
  const { clock, token, opens } = await scene();
  clock.time += guestLimits.tokenSeconds * 1_000;
  assert.equal(await opens(token), false);
});

test('[VOX-15] F147: a token of another SFU is refused, and one of this hub for another', async () => {
  const { clock, key, opens } = await scene();
  const other = new VoiceTokens({ hub: 'c.example', clock });
  assert.equal(await opens((await other.issue(ticket, key.thumbprint)).token), false);
});

test('[VOX-15] a token from before a restart is refused', async () => {
  const { clock, key, opens } = await scene();
  const before = new VoiceTokens({ hub: 'a.example', clock });
  assert.equal(await opens((await before.issue(ticket, key.thumbprint)).token), false);
});

test('[VOX-15] F147: another channel or another user cannot be written into a token', async () => {
  const { token, opens } = await scene();
  const [head, body = '', signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as object;
  assert.equal(await opens([head, part({ ...claims, channel: 'c_two' }), signature].join('.')), false);
  assert.equal(await opens([head, part({ ...claims, sub: 'u_two' }), signature].join('.')), false);
});

test('[VOX-15] F147: alg none and HS256 are refused', async () => {
  const { token, opens } = await scene();
  const [, body = ''] = token.split('.');
  const typ = 'folkmoot-voice+jwt';
  for (const alg of ['none', 'None', 'NONE']) assert.equal(await opens(`${part({ alg, typ })}.${body}.`), false);
  const head = part({ alg: 'HS256', typ });
  const signature = createHmac('sha256', 'a.example').update(`${head}.${body}`).digest('base64url');
  assert.equal(await opens(`${head}.${body}.${signature}`), false);
});

test('[VOX-15] F147: a token that somebody else signed with a good algorithm is refused', async () => {
  const { clock, key, opens } = await scene();
  const now = clock.now() / 1_000;
  const forged = await new SignJWT({ ...ticket, cnf: { jkt: key.thumbprint } })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'folkmoot-voice+jwt' })
    .setIssuer('a.example')
    .setAudience('a.example/voice')
    .setSubject('u_one')
    .setJti('x')
    .setIssuedAt(now)
    .setExpirationTime(now + 30)
    .sign(generateKeyPairSync('ed25519').privateKey);
  assert.equal(await opens(forged), false);
});

test('[VOX-15] F147: a key that the token does not name is refused, and the token is still good for the right one', async () => {
  const { token, opens } = await scene();
  assert.deepEqual([await opens(token, await createConnectionKey()), await opens(token)], [false, true]);
});

test('[VOX-15] F147: the right key without its private half, or a proof of another connection, is refused', async () => {
  const { tokens, token, key, enter } = await scene();
  const thief = await createConnectionKey();
  const stolen = { ...(await enter(token)), proof: await thief.prove(challenge, token) };
  assert.equal(await tokens.redeem(stolen, challenge), undefined);
  const replayed = { ...(await enter(token)), proof: await key.prove('d'.repeat(43), token) };
  assert.equal(await tokens.redeem(replayed, challenge), undefined);
  const noPoint = { kty: 'EC' as const, crv: 'P-256' as const, x: 'A'.repeat(43), y: 'A'.repeat(43) };
  assert.equal(await tokens.redeem({ ...stolen, key: noPoint }, challenge), undefined);
});
