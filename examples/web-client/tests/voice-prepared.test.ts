import { test } from 'node:test';
import { spawnHomeserver } from '../../../server/testing/start-homeserver.ts';
import { lacksForMedia, voiceEnvironment } from '../../../server/testing/voice-browser.ts';
import { WorkerOnItsWay } from '../../../server/testing/worker-on-its-way.ts';
import { openTalkingBrowser, talkingVisitor } from './voice-visitor.ts';

const skip = lacksForMedia({ browser: true });

test('who goes into voice while it is being prepared reads so, and is inside as soon as it is there', {
  skip,
}, async () => {
  using worker = new WorkerOnItsWay();
  await using homeserver = await spawnHomeserver({ environment: { ...voiceEnvironment, ...worker.environment } });
  await using browser = await openTalkingBrowser(660);
  const wren = await talkingVisitor(browser);
  await wren.page.goto(`${homeserver.url}/register`);
  await wren.registers('wren');
  await wren.founds('Hollow Oak');
  await wren.voiceChannel('Lounge').click();
  await wren.panel.getByText(/Voice is being prepared on this homeserver\. It takes about/).waitFor();
  await wren.shows('voice-being-prepared');
  worker.arrives();
  await wren.comesIn();
  await wren.panel.getByText('being prepared').waitFor({ state: 'detached' });
});
