import { createEffect, createRoot, on } from 'solid-js';
import { route } from '../app/router.ts';
import { VoiceError } from '@folkmoot/protocol-spec/client/voice-requests.ts';
import type { VoiceRequest } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import { connection, onVoiceNotice, voice } from '../session/live.ts';
import { session } from '../session/api.ts';
import { toastProblem } from '../ui/toast.tsx';
import type { VoiceCall } from './call.ts';
import { awaitAnswer } from './call-ends.ts';
import { beginHearing, stopHearing } from './coming-and-going.ts';
import './say-silenced.ts';
import { sayDeviceError, sayMayNot, sayVoiceError } from './say-voice-error.ts';
import { sound } from './sounds.ts';
import { nobodySpeaks, type Place, setVoiceNow, voiceNow } from './voice-now.ts';
import { voiceSettings } from './voice-settings.ts';

let call: VoiceCall | undefined;
let attempt = 0;

/** Media come when somebody is about to go in, so that the first page stays small. */
const loadCall = () => import('./call.ts');

/** Loads what is needed, as when somebody points at a voice channel. */
export function prepareVoice(): void {
  void loadCall().catch(() => undefined);
}

/** Goes into a voice channel, out of the one before. */
export async function joinVoice(place: Place): Promise<void> {
  if (voiceNow.place?.channel === place.channel && voiceNow.phase !== 'out') return;
  const mine = ++attempt;
  dropCall();
  awaitAnswer(place.space);
  setVoiceNow({ phase: 'joining', place, problem: undefined, deviceProblem: undefined, noMicrophone: false });
  try {
    const { VoiceCall } = await loadCall();
    if (mine !== attempt) return;
    const next = new VoiceCall(place, {
      ended: (problem) => call === next && end(problem),
      moved: (other) => call === next && void joinVoice(other),
    });
    call = next;
    await next.join();
    if (mine !== attempt) return;
    beginHearing(place);
    sound('joined');
  } catch (error) {
    if (mine !== attempt) return;
    // To the homeserver one is still where one was before.
    quietly(voice('leave', {}));
    end(sayVoiceError(error));
  }
}

/** Leaves at once; the homeserver is told. */
export function leaveVoice(): void {
  if (voiceNow.phase === 'out') return;
  awaitAnswer(undefined);
  call?.leave();
  end();
  sound('left');
}

export function toggleMute(): void {
  if (voiceNow.noMicrophone && !voiceNow.muted) return tryMicrophoneAgain();
  setMute(!voiceNow.muted);
}

function setMute(muted: boolean): void {
  // Who unmutes wants to talk, and hears what is said to that.
  setVoiceNow({ muted, deafened: muted && voiceNow.deafened });
  sound(muted ? 'muted' : 'unmuted');
  quietly(call?.set());
}

let mutedBefore = false;

export function toggleDeafen(): void {
  const deafened = !voiceNow.deafened;
  if (deafened) mutedBefore = voiceNow.muted;
  const muted = deafened || mutedBefore;
  setVoiceNow({ deafened, muted });
  sound(deafened ? 'muted' : 'unmuted');
  quietly(call?.set());
}

export function togglePriority(): void {
  setVoiceNow('priority', !voiceNow.priority);
  quietly(call?.set());
}

export async function toggleCamera(): Promise<void> {
  if (mayNotShow('voice.video')) return;
  if (voiceNow.cameras.length > 0) return quietly(call?.pictures.stopCameras());
  await call?.pictures.startCamera().catch((error: unknown) => tellDevice(error, 'camera'));
}

/** One camera of several, beside the others. */
export async function toggleCameraOf(device: string): Promise<void> {
  if (voiceNow.cameras.includes(device)) return quietly(call?.pictures.stopCameras(device));
  await call?.pictures.startCamera(device).catch((error: unknown) => tellDevice(error, 'camera'));
}

export async function toggleScreen(): Promise<void> {
  if (mayNotShow('voice.screen')) return;
  if (voiceNow.screen) return quietly(call?.pictures.stopScreen());
  await call?.pictures.startScreen().catch((error: unknown) => tellDevice(error, 'screen'));
}

export function tryMicrophoneAgain(): void {
  quietly(call?.microphone.change());
}

/** What a moderator does to somebody in a voice channel, with its failure told at the edge. */
export async function moderateVoice<M extends 'moderate' | 'move' | 'disconnect'>(
  place: Place,
  method: M,
  d: VoiceRequest<M>,
): Promise<void> {
  try {
    await voice(method, d);
  } catch (error) {
    if (!(error instanceof VoiceError) || error.code !== 'voice_elsewhere') return toastProblem(sayVoiceError(error));
    const there = call?.place.channel === place.channel ? call.line.voice(method, d) : askHub(place, method, d);
    await there.catch((refusal: unknown) => toastProblem(sayVoiceError(refusal)));
  }
}

async function askHub<M extends 'moderate' | 'move' | 'disconnect'>(
  place: Place,
  method: M,
  d: VoiceRequest<M>,
): Promise<void> {
  const { openHub } = await import('./open-hub.ts');
  const hub = await openHub(place, { onNotice: () => undefined, onClosed: () => undefined });
  try {
    await hub.voice(method, d);
  } finally {
    hub.close();
  }
}

/** Keys are pressed also where the button cannot be. */
function mayNotShow(permission: 'voice.video' | 'voice.screen'): boolean {
  if (voiceNow.phase !== 'in') return true;
  if (voiceNow.rights.includes(permission)) return false;
  toastProblem(sayMayNot(permission));
  return true;
}

function tellDevice(error: unknown, what: 'camera' | 'screen'): void {
  // Who closes the picker of screens knows that they did.
  if (what === 'screen' && error instanceof DOMException && error.name === 'NotAllowedError') return;
  toastProblem(error instanceof DOMException ? sayDeviceError(error, what) : sayVoiceError(error));
}

function quietly(work: Promise<unknown> | undefined): void {
  work?.catch(() => undefined);
}

function dropCall(): void {
  call?.close();
  call = undefined;
  stopHearing();
}

function end(problem?: string): void {
  attempt++;
  dropCall();
  const { place } = voiceNow;
  if (problem !== undefined) awaitAnswer(undefined);
  setVoiceNow({
    phase: 'out',
    place: problem === undefined ? undefined : place,
    problem,
    deviceProblem: undefined,
    noMicrophone: false,
    rights: [],
    pictures: [],
    cameras: [],
    screen: false,
    priority: false,
    quality: undefined,
    ...nobodySpeaks(),
  });
  // The page of the channel says it in its place.
  const here = route();
  if (problem !== undefined && !(here.at === 'space' && here.channel === place?.channel)) toastProblem(problem);
}

onVoiceNotice((notice) => call?.notice(notice));

createRoot(() => {
  createEffect(
    on(connection, (now) => {
      if (!call || voiceNow.phase === 'joining') return;
      if (now === 'reconnecting') call.gatewayLost();
      if (now === 'ready') void call.sync().then(() => call && beginHearing(call.place));
    }),
  );
  createEffect(on(session, (now) => now === 'out' && voiceNow.phase !== 'out' && end()));
  createEffect(
    on(
      () => {
        const { microphone, noiseSuppression, echoCancellation, automaticGain } = voiceSettings();
        return [microphone, noiseSuppression, echoCancellation, automaticGain].join();
      },
      () => voiceNow.phase === 'in' && quietly(call?.microphone.change()),
      { defer: true },
    ),
  );
});

// The homeserver would notice after a while; this way the others see it at once.
addEventListener('pagehide', () => {
  call?.leave();
  end();
});
