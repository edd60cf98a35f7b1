import { type Bot, type BotOptions, connectBot } from './connect-bot.ts';
import { homeserverOf, say, tokenOf } from './settings.ts';

/** Repeats what is said to it by name, and answers no other bot, so that two of them never talk for ever. */
export function startEchoBot(options: BotOptions): Promise<Bot> {
  return connectBot(options, {
    async onMessage(message, bot) {
      if (message.author.bot || !message.mentions.users.includes(bot.id)) return;
      const rest = message.content.replaceAll(`<@${bot.id}>`, '').trim();
      await bot.reply(message, rest === '' ? 'Yes?' : rest);
    },
  });
}

if (import.meta.main) {
  const bot = await startEchoBot({ homeserver: homeserverOf(process.argv[2]), token: tokenOf(), say });
  await bot.ended;
  say('the token was revoked');
}
