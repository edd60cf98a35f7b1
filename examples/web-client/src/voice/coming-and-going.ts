import { onEvent, onOpened } from '../session/live.ts';
import { myId } from '../spaces/world.ts';
import { sound } from './sounds.ts';
import { peopleIn, type Place, voiceNow } from './voice-now.ts';

/** Others inside, whose coming and going is heard. */
const heard = new Set<string>();

export function beginHearing({ space, channel }: Place): void {
  for (const { user } of peopleIn(space, channel)) heard.add(user.id);
}

export function stopHearing(): void {
  heard.clear();
}

const isListening = () => voiceNow.phase === 'in' || voiceNow.phase === 'reconnecting';

onEvent('voice.state', ({ state }) => {
  if (!isListening() || state.user.id === myId()) return;
  const inside = state.channel === voiceNow.place?.channel;
  if (inside === heard.has(state.user.id)) return;
  if (inside) heard.add(state.user.id);
  else heard.delete(state.user.id);
  sound(inside ? 'joined' : 'left');
});

onEvent('voice.left', ({ channel, user }) => {
  if (isListening() && channel === voiceNow.place?.channel && heard.delete(user)) sound('left');
});

/** What a homeserver says in its opening state is as of now; who comes later is heard. */
onOpened(stopHearing);
