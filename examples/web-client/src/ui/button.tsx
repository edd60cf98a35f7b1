import { type JSX, Show, splitProps } from 'solid-js';
import { Icon, type IconName } from './icon.tsx';
import './button.css';

interface ButtonProps extends JSX.ButtonHTMLAttributes<HTMLButtonElement> {
  look?: 'primary' | 'plain' | 'danger' | 'ghost';
  icon?: IconName;
  busy?: boolean;
  small?: boolean;
}

/** A button with a word on it. */
export function Button(props: ButtonProps) {
  const [own, rest] = splitProps(props, ['look', 'icon', 'busy', 'small', 'children', 'class', 'disabled']);
  return (
    <button
      type="button"
      {...rest}
      class={`button ${own.look ?? 'plain'} ${own.small ? 'small' : ''} ${own.class ?? ''}`}
      disabled={own.disabled}
      // A disabled button would lose the focus, and who pressed it by the keyboard their place.
      aria-disabled={own.busy ? 'true' : undefined}
      aria-busy={own.busy ? 'true' : undefined}
      on:click={(event) => own.busy && (event.preventDefault(), event.stopPropagation())}
    >
      <Show when={own.icon}>{(name) => <Icon name={name()} size={own.small ? 15 : 17} />}</Show>
      {own.children}
    </button>
  );
}

interface IconButtonProps extends JSX.ButtonHTMLAttributes<HTMLButtonElement> {
  icon: IconName;
  /** Said to screen readers and shown as the tooltip. */
  label: string;
  size?: number;
  pressed?: boolean;
}

/** A button with a picture only. */
export function IconButton(props: IconButtonProps) {
  const [own, rest] = splitProps(props, ['icon', 'label', 'size', 'pressed', 'class']);
  return (
    <button
      type="button"
      {...rest}
      class={`icon-button ${own.class ?? ''}`}
      aria-label={own.label}
      aria-pressed={own.pressed}
      title={own.label}
    >
      <Icon name={own.icon} size={own.size ?? 18} />
    </button>
  );
}
