import type { Command } from 'commander';
import type { Context } from './context.ts';

export interface CommandEntry {
  summary: string;
  load(): Promise<(context: Context) => Command>;
}

/** Every command by name. A command is loaded when it is asked for, so that each starts quickly. */
export const commands: ReadonlyMap<string, CommandEntry> = new Map(
  Object.entries({
    serve: {
      summary: 'Run the homeserver',
      load: async () => (await import('./serve/serve.ts')).serve,
    },
    init: {
      summary: 'Write a settings file to begin with',
      load: async () => (await import('./init/init.ts')).init,
    },
    user: {
      summary: 'Make and manage accounts',
      load: async () => (await import('./user/user.ts')).user,
    },
    bot: {
      summary: 'Make and manage bot accounts',
      load: async () => (await import('./bot/bot.ts')).bot,
    },
    invite: {
      summary: 'Make invite links',
      load: async () => (await import('./invite/invite.ts')).invite,
    },
    space: {
      summary: 'Look at communities and export them',
      load: async () => (await import('./space/space.ts')).space,
    },
    'explain-permission': {
      summary: 'Show which role or override decides what a member may do',
      load: async () => (await import('./space/explain-permission.ts')).explainPermission,
    },
    verify: {
      summary: 'Check chain, signatures and commitments of a community',
      load: async () => (await import('./verify/verify.ts')).verify,
    },
    federation: {
      summary: 'Look at other homeservers, ping, block and allow them',
      load: async () => (await import('./federation/federation.ts')).federation,
    },
    report: {
      summary: 'Look at what people reported, and close it',
      load: async () => (await import('./report/report.ts')).report,
    },
    restore: {
      summary: 'After a backup was put back: see how far it is, and go on',
      load: async () => (await import('./restore/restore.ts')).restore,
    },
    keys: {
      summary: 'Show, rotate and revoke the keys of the homeserver',
      load: async () => (await import('./keys/keys.ts')).keys,
    },
    config: {
      summary: 'Check the settings and show where they come from',
      load: async () => (await import('./config/config.ts')).config,
    },
    status: {
      summary: 'Show what is in the homeserver',
      load: async () => (await import('./status.ts')).status,
    },
    voice: {
      summary: 'Show who talks where, and what it costs',
      load: async () => (await import('./voice.ts')).voice,
    },
    doctor: {
      summary: 'Examine the installation and say what to do',
      load: async () => (await import('./doctor/doctor.ts')).doctor,
    },
  } satisfies Record<string, CommandEntry>),
);
