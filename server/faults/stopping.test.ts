import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { ApiError } from '@folkmoot/protocol-spec/client/api-error.ts';
import { gatewayUrl } from '@folkmoot/protocol-spec/client/gateway-client.ts';
import type { Message } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { WebSocket } from 'ws';
import { engines } from '../testing/engines.ts';
import { person } from '../testing/people.ts';
import { spawnHomeserver } from '../testing/start-homeserver.ts';
import { chainsOf } from './chains.ts';
import { exitsWith } from './exits-with.ts';

for (const engine of engines) {
  test(`[GW-14] SIGTERM: what is under way is finished, clients are told to come back, and the process ends with 0 (${engine.name})`, async (t) => {
    const data = await engine.fresh(t);
    if (!data) return;
    const environment: Record<string, string> = data.url ? { FOLKMOOT_DATABASE: data.url } : {};
    const server = await spawnHomeserver({ folder: data.folder, environment });
    t.after(() => server.kill());
    const author = await person(server.url);
    const space = await author.founds('Closing time');
    const { closed, frames } = await listening(server.url, author.token);

    const confirmed: Message[] = [];
    const talkers = Array.from({ length: 8 }, async (_, n) => {
      for (;;) {
        try {
          confirmed.push(await author.says(space, `${n}`));
        } catch (error) {
          // Refused or not reached; never half answered and never broken.
          return assert.ok(error instanceof ApiError && [0, 503].includes(error.status), String(error));
        }
      }
    });
    while (confirmed.length < 20) await new Promise(setImmediate);
    const exit = once(server.process, 'exit');
    server.process.kill('SIGTERM');
    assert.equal(await closed, 1012);
    const told = frames.find(({ op }) => op === 'reconnect');
    assert.ok(told && typeof told.after === 'number');
    assert.deepEqual(await exit, [0, null]);
    await Promise.all(talkers);

    await using again = await spawnHomeserver({ folder: data.folder, environment });
    const stored = new Set((await author.at(again.url).reads(space)).map(({ id }) => id));
    for (const { id } of confirmed.slice(-50)) assert.ok(stored.has(id), `${id} was confirmed and is gone`);
    await again.close();
    await chainsOf(data);
  });

  test(`a second process on the same data ends with a sentence that says why (${engine.name})`, async (t) => {
    const data = await engine.fresh(t);
    if (!data) return;
    const environment: Record<string, string> = data.url ? { FOLKMOOT_DATABASE: data.url } : {};
    await using server = await spawnHomeserver({ folder: data.folder, environment });
    const author = await person(server.url);
    const space = await author.founds('First come');
    const { stderr } = await exitsWith(1, data.folder, environment);
    assert.match(stderr, /^Another process is using .+\. Stop it first, or choose another \w+\.\n$/);
    await author.says(space, 'the first goes on');
  });
}

interface Frame {
  op: string;
  after?: number;
}

async function listening(url: string, token: string): Promise<{ closed: Promise<number>; frames: Frame[] }> {
  const socket = new WebSocket(gatewayUrl(url));
  const frames: Frame[] = [];
  const closed = once(socket, 'close').then(([code]) => code as number);
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as Frame;
    frames.push(frame);
    if (frame.op === 'hello') socket.send(JSON.stringify({ op: 'identify', token }));
  });
  while (!frames.some(({ op }) => op === 'ready')) await once(socket, 'message');
  return { closed, frames };
}
