import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { listMessages } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { getSpace, listSpaces } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import type { Player } from './cast.ts';
import { lacksForMedia } from '../testing/voice-browser.ts';
import { Caller, newVoiceChannel } from '../testing/voice-people.ts';
import { type Demo, startDemo } from './demo.ts';

let demo: Demo;

before(async () => {
  demo = await startDemo({ port: 0, say: () => undefined });
});
after(() => demo?.[Symbol.asyncDispose]());

test('the demonstration has people of three homeservers in one community who read the same', async () => {
  for (;;) {
    const [ada = [], ...others] = await Promise.all(demo.players.map(readGeneral));
    if (ada.length > 5 && others.every((other) => isDeepStrictEqual(other, ada))) break;
    await wait(50);
  }
  const echo = 'Hello, is there an echo in this garden?';
  for (;;) {
    const said = await Promise.all(demo.players.map((player) => readFrom(player, 'introductions')));
    if (said.every((lines) => lines.at(-1) === echo)) break;
    await wait(50);
  }
  for (const { at } of demo.players) assert.ok(demo.whereToLook.includes(at.url));
});

test('one can talk at all three homeservers at once', { skip: lacksForMedia() }, async () => {
  using callers = new DisposableStack();
  for (const { person } of demo.players.filter(({ handle }) => handle !== 'ben')) {
    const place = await newVoiceChannel(person, await person.founds('Kitchen'), 'Stove');
    await callers.use(await Caller.of(person)).asks('join', place);
  }
});

const readGeneral = (player: Player) => readFrom(player, 'general');

async function readFrom({ person: { client } }: Player, channelName: string): Promise<string[]> {
  const garden = (await client.call(listSpaces)).spaces.find(({ name }) => name === 'Garden Club');
  const params = { space: garden?.id ?? '' };
  const { channels } = await client.call(getSpace, { params });
  const channel = channels.find(({ name }) => name === channelName)?.id ?? '';
  return (await client.call(listMessages, { params: { ...params, channel } })).messages.map(({ content }) => content);
}
