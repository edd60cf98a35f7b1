import { changeMessages, channelOf } from '@folkmoot/protocol-spec/client/message-events.ts';
import { emptyMessageList } from '@folkmoot/protocol-spec/client/message-list.ts';
import { placedWordsOf, placesOfTerm, type SearchTerm } from '@folkmoot/protocol-spec/client/search-words.ts';
import type { GatewayEvent } from '@folkmoot/protocol-spec/schemas/gateway/events.ts';
import type { Message } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { SearchQuery } from './search-query.ts';

export interface Asked {
  query: SearchQuery;
  terms: readonly SearchTerm[];
}

/** Results after an event: what was deleted is gone, what was edited reads as it does now or is found no more. [SRCH-5] */
export function changeResults(results: readonly Message[], event: GatewayEvent, asked: Asked): readonly Message[] {
  const channel = channelOf(event)?.channel;
  if (channel === undefined && event.t !== 'user.updated') return results;
  const concerned = results.filter((one) => channel === undefined || one.channel === channel);
  if (concerned.length === 0) return results;
  const list = { ...emptyMessageList, messages: concerned };
  // Counts of reactions are not shown, so an event that comes twice does no harm.
  const changed = changeMessages(list, event, '', true).messages;
  if (changed === concerned) return results;
  const now = new Map(changed.map((one) => [one.id, one]));
  return results.flatMap((one) => {
    if (!concerned.includes(one)) return one;
    const after = now.get(one.id);
    return after && (after.content === one.content || isFound(after, asked)) ? after : [];
  });
}

const address = /https?:\/\//i;

/** Whether a message says what is searched for. */
function isFound({ content, mentions }: Message, { query, terms }: Asked): boolean {
  const words = placedWordsOf(content);
  return (
    terms.every((term) => placesOfTerm(words, term).length > 0) &&
    (!query.mentions || mentions.users.includes(query.mentions)) &&
    (!query.has || address.test(content))
  );
}
