import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { EventEmitter, once } from 'node:events';
import { test } from 'node:test';
import { systemClock } from '../base/clock.ts';
import { loadConfig } from '../base/config.ts';
import { createLog } from '../base/log.ts';
import { lacksForMedia } from '../testing/voice-browser.ts';
import { anyFreePort } from './free-port.ts';
import { MediaServer } from './media-server.ts';

const skip = lacksForMedia();

test('the log says at the start whether the ports for media can be had', { skip }, async (t) => {
  const port = await anyFreePort();
  const said = new EventEmitter<{ line: [string] }>();
  const log = createLog({ level: 'info', format: 'json', write: (line) => said.emit('line', line) });
  const { config } = loadConfig({
    environment: { FOLKMOOT_VOICE_PORT: String(port), FOLKMOOT_VOICE_WORKERS: '1', FOLKMOOT_TURN: 'off' },
    folder: import.meta.dirname,
  });
  await using media = new MediaServer(config, systemClock, log);
  const examined = async () => {
    const told = once(said, 'line');
    media.examine();
    return String((await told)[0]);
  };
  assert.match(await examined(), new RegExp(`Voice is on: media on port ${port}, UDP and TCP`));
  const other = createSocket('udp4').bind(port, '0.0.0.0');
  t.after(() => other.close());
  await once(other, 'listening');
  assert.match(await examined(), new RegExp(`Voice cannot start: another program uses UDP ${port}`));
  await assert.rejects(media.start(), { code: 'voice_off' });
});
