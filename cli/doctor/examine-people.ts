import type { Config } from '@folkmoot/server/base/settings.ts';
import type { Counts } from './examine-data.ts';
import { type Finding, under } from './finding.ts';

/** Who gets in, and whether somebody is there to look after it. */
export function examinePeople({ registration, server_name: name }: Config, counts: Counts | undefined): Finding[] {
  const { ok, warn } = under('registration');
  const isPublic = name !== 'localhost';
  const admins = counts && examineAdmins(counts);
  const mode =
    registration === 'open' && isPublic
      ? warn('open: anybody may make an account', 'Set registration to invite, unless that is wanted.')
      : ok(registration);
  return admins ? [mode, admins] : [mode];
}

function examineAdmins({ users, admins }: Counts): Finding {
  const { ok, warn } = under('admins');
  if (admins > 0) return ok(`${admins} of ${users} accounts`);
  const advice =
    users === 0
      ? 'Open the set-up link that the start prints, or: folkmoot user create <handle> --admin'
      : 'folkmoot user grant-admin <user>';
  return warn('there is none', advice);
}

/** Lines are never dated before older ones, so a clock that was wrong once shows for long. */
export function examineClock(counts: Counts | undefined, now: number): Finding {
  const { ok, fail } = under('clock');
  const text = `${new Date(now).toISOString().slice(0, 19)} UTC`;
  if (now < Date.UTC(2026, 0, 1)) return fail(`${text} is in the past`, 'Set the clock by NTP.');
  const newest = counts?.newest_line ?? 0;
  if (newest > now + 60_000) {
    return fail(
      `${text}, but the newest line is of ${new Date(newest).toISOString().slice(0, 19)}`,
      'Set the clock by NTP. It was ahead, or is behind now.',
    );
  }
  return ok(text);
}
