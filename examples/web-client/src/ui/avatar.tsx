import { Show } from 'solid-js';
import type { Status } from '@folkmoot/protocol-spec/schemas/people.ts';
import './avatar.css';

const statusNames: Record<Status, string> = {
  online: 'Online',
  idle: 'Idle',
  dnd: 'Do not disturb',
  offline: 'Offline',
};

/** What a status is called. */
export function statusName(status: Status): string {
  return statusNames[status];
}

/** Up to two letters that stand for a name. */
export function initialsOf(name: string): string {
  const words = name
    .trim()
    .split(/[\s._-]+/u)
    .filter(Boolean);
  const letters = words.length > 1 ? [words[0], words[1]] : [words[0]];
  return letters
    .map((word) => [...(word ?? '?')][0])
    .join('')
    .toUpperCase();
}

/** A hue of its own for each id, the same on every device. */
export function hueOf(id: string): number {
  let hash = 0;
  for (const sign of id) hash = (hash * 31 + sign.codePointAt(0)!) >>> 0;
  return hash % 360;
}

interface AvatarProps {
  id: string;
  name: string;
  size?: number;
  status?: Status | undefined;
  square?: boolean;
}

/** Stands for a person or a community until there are pictures. */
export function Avatar(props: AvatarProps) {
  return (
    <span
      class="avatar"
      classList={{ square: props.square ?? false }}
      style={{ '--size': `${props.size ?? 36}px`, '--hue': hueOf(props.id) }}
      aria-hidden={props.status ? undefined : 'true'}
    >
      <span class="avatar-letters" aria-hidden="true">
        {initialsOf(props.name)}
      </span>
      <Show when={props.status}>
        {(status) => (
          <span
            class={`status-dot ${status()}`}
            role="img"
            aria-label={statusNames[status()]}
            title={statusNames[status()]}
          />
        )}
      </Show>
    </span>
  );
}
