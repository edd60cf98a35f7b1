import { onEvent } from '../session/live.ts';
import { myId } from '../spaces/world.ts';
import { toastWord } from '../ui/toast.tsx';
import { voiceNow } from './voice-now.ts';

let before = { muted: false, deafened: false };

/** Says what others did to the own voice: on a phone nothing but the colour of a button would. */
onEvent('voice.state', ({ state }) => {
  if (state.user.id !== myId() || state.channel !== voiceNow.place?.channel) return;
  const { server_muted: muted, server_deafened: deafened } = state;
  const was = before;
  before = { muted, deafened };
  if (voiceNow.phase !== 'in') return;
  if (muted !== was.muted)
    toastWord(muted ? 'You were muted for everybody.' : 'You are not muted for everybody any more.');
  if (deafened !== was.deafened)
    toastWord(deafened ? 'You were deafened: you hear nobody.' : 'You hear the others again.');
});

onEvent('voice.left', ({ user }) => {
  if (user === myId()) before = { muted: false, deafened: false };
});
