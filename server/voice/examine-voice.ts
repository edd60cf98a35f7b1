import { readFileSync } from 'node:fs';
import type { Config } from '../base/settings.ts';
import { missingForBuild } from '../set-up/media-worker-build.mjs';
import { findMediaWorker } from '../set-up/media-worker-place.mjs';
import { announcedAddresses, isLocalOnly } from './candidates.ts';
import { mediaCodecs } from './codecs.ts';
import { mediaPorts, rangeOf, takenMediaPorts } from './media-ports.ts';
import { examineTurn } from './examine-turn.ts';
import { type ExamineParts, privateAddress, type VoiceFinding } from './voice-finding.ts';
import { MediaWorkers, socketBuffers } from './media-workers.ts';

/** Everything about voice that can be seen from this machine. Nothing is changed; what is started is ended. */
export async function examineVoice(parts: ExamineParts): Promise<VoiceFinding[]> {
  const { config } = parts;
  if (config.voice === 'off')
    return [{ name: 'voice', status: 'warn', found: 'off in the settings', advice: 'Set voice to on.' }];
  const worker = await examineWorker(parts);
  return [
    worker,
    ...(await examinePorts(parts)),
    ...examineBuffers(),
    ...(await examineAddresses(config)),
    ...(await examineTurn(parts)),
  ];
}

async function examineWorker({ log }: ExamineParts): Promise<VoiceFinding> {
  const name = 'media worker';
  const { file, from, reason, readyIn } = findMediaWorker();
  if (readyIn !== undefined)
    return { name, status: 'warn', found: reason, advice: 'Voice goes on by itself when it is there.' };
  if (file === undefined) {
    if (reason.startsWith('MEDIASOUP_WORKER_BIN'))
      return { name, status: 'fail', found: reason, advice: 'Correct it, or unset it and run npm run set-up.' };
    const missing = await missingForBuild();
    const first = missing.length > 0 ? `As root: apt-get install ${missing.join(' ')}. Then run` : 'Run';
    return { name, status: 'fail', found: reason, advice: `${first} npm run set-up, which builds it in some minutes.` };
  }
  try {
    await using workers = new MediaWorkers({
      file,
      count: 1,
      listen: [{ ip: '127.0.0.1', announced: '127.0.0.1' }],
      port: 0,
      log,
    });
    await workers.start();
    await workers.leastLoaded().worker.createRouter({ mediaCodecs });
    return { name, status: 'ok', found: `runs (${from}: ${file})` };
  } catch (error) {
    const advice = 'Remove it and run npm run set-up, which builds it anew.';
    return { name, status: 'fail', found: `does not work: ${(error as Error).message}`, advice };
  }
}

async function examinePorts({ config, running }: ExamineParts): Promise<VoiceFinding[]> {
  const name = 'media ports';
  const ports = mediaPorts(config);
  if (ports.length === 0)
    return [{ name, status: 'skip', found: 'free ports at every start: nobody outside can be let in' }];
  const range = rangeOf(ports);
  const taken = await takenMediaPorts(config);
  const open = `Let UDP and TCP ${range} through firewalls and forward them to this machine; whether they are open from outside cannot be seen from here.`;
  if (taken.length === 0) return [{ name, status: 'ok', found: `${range}, UDP and TCP, are free`, advice: open }];
  if (running && taken.length === ports.length * 2)
    return [{ name, status: 'ok', found: `${range}, UDP and TCP, are in use by the homeserver`, advice: open }];
  const found = `another program uses ${taken.join(', ')}`;
  return [{ name, status: 'fail', found, advice: 'Stop it, or set another voice_port.' }];
}

async function examineAddresses(config: Config): Promise<VoiceFinding[]> {
  const name = 'addresses';
  const addresses = await announcedAddresses(config);
  const where = config.voice_announced_address.length > 0 ? 'announced as set' : 'found out';
  const found = `${addresses.join(', ')} (${where})`;
  if (addresses.length === 0)
    return [
      { name, status: 'fail', found: 'none', advice: 'Set voice_announced_address to the address of this machine.' },
    ];
  if (isLocalOnly(config))
    return [{ name, status: 'ok', found: `${found}; people at this machine and in its network` }];
  if (addresses.every((address) => privateAddress.test(address))) {
    const advice = `Nobody outside reaches these. Set voice_announced_address to the public address of ${new URL(config.public_url).hostname}.`;
    return [{ name, status: 'warn', found: `only private ones: ${found}`, advice }];
  }
  return [{ name, status: 'ok', found }];
}

/** Everybody's packets come to one port: what the system does not keep for it while the worker waits for a processor is lost. Linux only. */
function examineBuffers(): VoiceFinding[] {
  const name = 'media buffers';
  const most = Math.min(...(['rmem_max', 'wmem_max'] as const).map(systemLimit));
  if (Number.isNaN(most)) return [];
  if (most >= socketBuffers.recvBufferSize) return [{ name, status: 'ok', found: `up to ${most} bytes` }];
  const set = ['rmem_max', 'wmem_max'].map((limit) => `net.core.${limit}=${socketBuffers.recvBufferSize}`).join(' ');
  const advice = `For calls of more than some ten people. As root: sysctl -w ${set}, and the same in /etc/sysctl.d to keep it.`;
  return [{ name, status: 'warn', found: `the system gives ${most} bytes at most`, advice }];
}

function systemLimit(name: 'rmem_max' | 'wmem_max'): number {
  try {
    return Number(readFileSync(`/proc/sys/net/core/${name}`, 'utf8'));
  } catch {
    return Number.NaN;
  }
}
