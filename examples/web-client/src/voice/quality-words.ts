import type { Quality } from './voice-now.ts';

const words: Record<Quality['grade'], string> = {
  good: 'Good connection',
  fair: 'Connection so so',
  poor: 'Bad connection',
};

export function sayGrade(quality: Quality | undefined): string {
  return quality ? words[quality.grade] : 'Connected';
}

/** What the numbers mean, and what would help. */
export function explainQuality(quality: Quality): string {
  const { grade, loss, roundTrip } = quality;
  if (grade === 'good') return 'Everything arrives, and in time.';
  const why =
    loss > 0.02
      ? `${Math.round(loss * 100)} of 100 packets get lost, so voices may crackle and pictures become smaller.`
      : 'What you say arrives late, so people may talk over each other.';
  const help =
    loss > 0.02
      ? 'Going nearer to the Wi-Fi, or a cable, helps most; turning pictures off helps too.'
      : `A way of ${Math.round(roundTrip)} ms is long: pause downloads, or switch a VPN off.`;
  return `${why} ${help}`;
}

const ways: Record<Quality['way'], string> = {
  direct: 'Straight to the homeserver over UDP.',
  tcp: 'Over TCP, because UDP is closed where you are. This works, but stutters sooner.',
  relay: 'Through a relay, so that your address is not shown or because nothing else is open.',
};

export function explainWay(quality: Quality): string {
  return ways[quality.way];
}
