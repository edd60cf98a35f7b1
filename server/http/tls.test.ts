import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { request as ask } from 'node:https';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { createAuthority } from '@folkmoot/conformance-tests/puppet/authority.ts';
import { temporaryFolder } from '../testing/engines.ts';
import { HttpServer } from './http-server.ts';
import { readCertificate } from './tls-files.ts';

const ca = createAuthority();

async function certificateIn(folder: string, name: string) {
  const { certificate, key } = ca.issue(name, '127.0.0.1');
  const files = { certificate: join(folder, 'chain.pem'), key: join(folder, 'key.pem') };
  await writeFile(files.certificate, certificate);
  await writeFile(files.key, key);
  return files;
}

test('certificate files make it an HTTPS server', async (t) => {
  const files = await certificateIn(await temporaryFolder(t), 'home.example');
  await using server = new HttpServer((_, response) => void response.end('hello'), files);
  const { port } = await server.listen('127.0.0.1', 0);
  const name = await new Promise((resolve, reject) => {
    const request = ask({ host: '127.0.0.1', port, ca: ca.certificate, servername: 'home.example', agent: false });
    request.once('error', reject);
    request.once('response', (response) => {
      resolve((response.socket as TLSSocket).getPeerCertificate().subject.CN);
      response.resume();
    });
    request.end();
  });
  assert.equal(name, 'home.example');
});

test('files that are not there or do not belong together are told before the start', async (t) => {
  const folder = await temporaryFolder(t);
  const files = await certificateIn(folder, 'home.example');
  assert.throws(() => readCertificate({ ...files, key: join(folder, 'none.pem') }), { code: 'bad_config' });
  await writeFile(files.key, ca.issue('other.example').key);
  assert.throws(() => readCertificate(files), { code: 'bad_config' });
});
