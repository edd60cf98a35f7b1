import { timeOutMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { deleteMessage, getMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import type { Message } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { type Bot, type BotOptions, connectBot, patiently } from './connect-bot.ts';
import { Moderation, type ModerationRules, type Offence } from './moderation-rules.ts';
import { homeserverOf, readSettings, say, tokenOf } from './settings.ts';

export interface ModerationOptions extends BotOptions {
  rules: ModerationRules;
  timeoutMinutes: number;
  /** Told of everything that was done, for a log. */
  noted: (entry: ModerationEntry) => void;
}

export interface ModerationEntry {
  space: string;
  channel: string;
  message: string;
  author: string;
  reason: string;
  deleted: boolean;
  timed_out: boolean;
}

/** Deletes messages with words of a list and floods of links, and gives whoever wrote them a pause. */
export function startModerationBot({ rules, timeoutMinutes, noted, ...options }: ModerationOptions): Promise<Bot> {
  const moderation = new Moderation(rules);

  /** Each by itself: whoever stands above the bot keeps writing, and their message is gone all the same. */
  async function attempt(deed: () => Promise<unknown>, what: string): Promise<boolean> {
    try {
      await patiently(deed);
      return true;
    } catch (error) {
      options.say(`could not ${what}: ${String(error)}`);
      return false;
    }
  }

  async function act(bot: Bot, { space, channel, id, author }: Message, offence: Offence): Promise<void> {
    const reason = reasonOf(offence);
    const params = { space, channel, message: id };
    const deleted = await attempt(() => bot.client.call(deleteMessage, { params }), 'delete a message');
    const body = { until: Date.now() + timeoutMinutes * 60_000, reason };
    const timed_out = await attempt(
      () => bot.client.call(timeOutMember, { params: { space, user: author.id }, body }),
      'time out a member',
    );
    noted({ space, channel, message: id, author: author.handle ?? author.id, reason, deleted, timed_out });
  }

  return connectBot(options, {
    async onMessage(message, bot) {
      const offence = moderation.judge({ ...message, author: message.author.id });
      if (offence) await act(bot, message, offence);
    },
    async onEdit({ space, channel, message: id, content }, bot) {
      const offence = moderation.wordIn(content);
      if (!offence) return;
      const params = { space, channel, message: id };
      const message = await patiently(() => bot.client.call(getMessage, { params }));
      if (message.author.id !== bot.id) await act(bot, message, offence);
    },
  });
}

const reasonOf = (offence: Offence): string =>
  offence.rule === 'word' ? 'A word that is not used here' : `${offence.count} links in a short time`;

/** Throws where a settings file does not say what is needed. */
export function rulesOf(settings: Record<string, unknown>): ModerationRules & { timeoutMinutes: number } {
  const { words = [], links = {}, timeout_minutes: timeoutMinutes = 10 } = settings;
  const { most = 5, seconds = 30 } = links as { most?: unknown; seconds?: unknown };
  if (!Array.isArray(words) || !words.every((word) => typeof word === 'string' && word.trim() !== ''))
    throw new Error('"words" has to be a list of words.');
  for (const [name, value] of Object.entries({ most, seconds, timeout_minutes: timeoutMinutes }))
    if (!Number.isInteger(value) || (value as number) < 1)
      throw new Error(`"${name}" has to be a whole number above 0.`);
  return {
    words,
    links: { most: most as number, seconds: seconds as number },
    timeoutMinutes: timeoutMinutes as number,
  };
}

if (import.meta.main) {
  const settings = readSettings(process.argv[2]);
  const { timeoutMinutes, ...rules } = rulesOf(settings);
  const homeserver = homeserverOf(settings['homeserver']);
  const noted = (entry: ModerationEntry): void => say(JSON.stringify(entry));
  const bot = await startModerationBot({ homeserver, token: tokenOf(), say, rules, timeoutMinutes, noted });
  await bot.ended;
  say('the token was revoked');
}
