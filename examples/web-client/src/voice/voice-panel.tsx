import { Show } from 'solid-js';
import { go, pathTo } from '../app/router.ts';
import { isDirect, nameOfSpace } from '../spaces/direct.ts';
import { findChannel, findSpace } from '../spaces/world.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { showPopover } from '../ui/popover.tsx';
import { explainQuality, explainWay, sayGrade } from './quality-words.ts';
import { tryMicrophoneAgain } from './voice.ts';
import { VoiceControls } from './voice-controls.tsx';
import { voiceNow } from './voice-now.ts';
import './voice-panel.css';

/** Where one is in voice, shown while one reads anywhere. */
export function VoicePanel() {
  const space = () => findSpace(voiceNow.place?.space);
  const channel = () => findChannel(voiceNow.place?.space, voiceNow.place?.channel);
  const where = () =>
    isDirect(space())
      ? nameOfSpace(space()!)
      : [channel()?.name, space() && nameOfSpace(space()!)].filter(Boolean).join(' · ');
  return (
    <Show when={voiceNow.phase !== 'out'}>
      <section class="voice-panel" aria-label="Voice" data-phase={voiceNow.phase}>
        <div class="voice-panel-top">
          <button
            type="button"
            class={`voice-quality ${voiceNow.phase === 'in' ? (voiceNow.quality?.grade ?? 'good') : 'fair'}`}
            aria-haspopup="dialog"
            onClick={(event) => showPopover(event.currentTarget, () => <QualityCard />, { side: 'above' })}
          >
            <Icon name="signal" size={17} />
            <span class="ellipsis">{sayPhase()}</span>
          </button>
          <IconButton icon="gear" size={16} label="Voice settings" onClick={() => go('/settings/voice')} />
        </div>
        <span class="hidden-text" role="status">
          {voiceNow.phase === 'in'
            ? `In ${isDirect(space()) ? `a call: ${where()}` : (channel()?.name ?? 'voice')}`
            : sayPhase()}
        </span>
        <a class="voice-where ellipsis" href={pathTo(voiceNow.place!.space, voiceNow.place!.channel)}>
          {where()}
        </a>
        <Show when={voiceNow.deviceProblem ?? voiceNow.problem}>
          {(problem) => (
            <div class="voice-problem" role="alert">
              <Show when={voiceNow.noMicrophone}>
                <strong>
                  <Icon name="mic-off" size={15} /> No microphone: nobody hears you
                </strong>
              </Show>
              <p>{problem()}</p>
              <Show when={voiceNow.deviceProblem}>
                <Button small icon="retry" onClick={tryMicrophoneAgain}>
                  Try again
                </Button>
              </Show>
            </div>
          )}
        </Show>
        <VoiceControls />
      </section>
    </Show>
  );
}

function sayPhase(): string {
  if (voiceNow.phase === 'joining') return 'Going in…';
  return voiceNow.phase === 'reconnecting' ? 'Reconnecting…' : sayGrade(voiceNow.quality);
}

function QualityCard() {
  return (
    <section class="voice-card" role="dialog" aria-label="Connection of voice">
      <Show
        when={voiceNow.quality}
        fallback={
          <p class="soft">
            {voiceNow.phase === 'in'
              ? 'Connected. How good it is shows in a moment.'
              : (voiceNow.problem ?? 'The connection is being made. This comes by itself.')}
          </p>
        }
      >
        {(quality) => (
          <>
            <h2>{sayGrade(quality())}</h2>
            <p class="soft">{explainQuality(quality())}</p>
            <p class="soft">{explainWay(quality())}</p>
            <p class="quiet">
              {Math.round(quality().roundTrip)} ms there and back · {(quality().loss * 100).toFixed(1)} % lost
            </p>
          </>
        )}
      </Show>
    </section>
  );
}
