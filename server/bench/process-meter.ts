import { readdirSync, readFileSync } from 'node:fs';

/** Seconds that all threads of a process have run, to the nanosecond (proc(5), schedstat). Linux only. */
export function cpuSeconds(pid: number): number {
  let nanoseconds = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    try {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ', 1)[0]);
    } catch {
      // The thread has just ended.
    }
  }
  return nanoseconds / 1e9;
}

/** Bytes in memory of a process, shared libraries not counted. */
export function residentBytes(pid: number): number {
  const [, anonymous = '0'] = /RssAnon:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(anonymous) * 1024;
}
