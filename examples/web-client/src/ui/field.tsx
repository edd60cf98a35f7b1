import { createUniqueId, For, type JSX, Show, splitProps } from 'solid-js';
import './field.css';

interface FieldProps {
  label: string;
  help?: JSX.Element;
  error?: string | undefined;
  children: (attributes: {
    id: string;
    'aria-describedby': string | undefined;
    'aria-invalid': 'true' | undefined;
  }) => JSX.Element;
}

/** A labelled control with its help and its error. */
export function Field(props: FieldProps) {
  const id = createUniqueId();
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      {props.children({
        id,
        get 'aria-describedby'() {
          return props.help || props.error ? `${id}-help` : undefined;
        },
        get 'aria-invalid'() {
          return props.error ? ('true' as const) : undefined;
        },
      })}
      <Show when={props.error || props.help}>
        <p
          id={`${id}-help`}
          class={props.error ? 'field-error' : 'field-help'}
          role={props.error ? 'alert' : undefined}
        >
          {props.error || props.help}
        </p>
      </Show>
    </div>
  );
}

interface TextFieldProps extends Omit<JSX.InputHTMLAttributes<HTMLInputElement>, 'onInput'> {
  label: string;
  help?: JSX.Element;
  error?: string | undefined;
  value: string;
  onInput: (value: string) => void;
}

/** One line of text. */
export function TextField(props: TextFieldProps) {
  const [own, rest] = splitProps(props, ['label', 'help', 'error', 'value', 'onInput']);
  return (
    <Field label={own.label} help={own.help} error={own.error}>
      {(attributes) => (
        <input
          class="input"
          {...rest}
          {...attributes}
          // The attribute alone counts once per document, not when a form replaces another one.
          ref={(element) => rest.autofocus && queueMicrotask(() => element.focus())}
          value={own.value}
          onInput={(event) => own.onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

interface TextAreaProps extends Omit<JSX.TextareaHTMLAttributes<HTMLTextAreaElement>, 'onInput'> {
  label: string;
  help?: JSX.Element;
  error?: string | undefined;
  value: string;
  onInput: (value: string) => void;
}

/** Several lines of text. */
export function TextArea(props: TextAreaProps) {
  const [own, rest] = splitProps(props, ['label', 'help', 'error', 'value', 'onInput']);
  return (
    <Field label={own.label} help={own.help} error={own.error}>
      {(attributes) => (
        <textarea
          class="input"
          rows={3}
          {...rest}
          {...attributes}
          value={own.value}
          onInput={(event) => own.onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

interface SelectFieldProps {
  label: string;
  help?: JSX.Element;
  value: string;
  options: readonly { value: string; label: string }[];
  disabled?: boolean;
  onChange: (value: string) => void;
}

/** A choice of one. */
export function SelectField(props: SelectFieldProps) {
  return (
    <Field label={props.label} help={props.help}>
      {(attributes) => (
        <select
          class="input"
          {...attributes}
          disabled={props.disabled}
          onChange={(event) => props.onChange(event.currentTarget.value)}
        >
          <For each={props.options}>
            {(option) => (
              <option value={option.value} selected={option.value === props.value}>
                {option.label}
              </option>
            )}
          </For>
        </select>
      )}
    </Field>
  );
}

interface SwitchProps {
  label: JSX.Element;
  help?: JSX.Element;
  checked: boolean;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
}

/** On or off, with its sentence. */
export function Switch(props: SwitchProps) {
  const id = createUniqueId();
  return (
    <div class="switch-row">
      <div class="grow">
        <label for={id}>{props.label}</label>
        <Show when={props.help}>
          <p class="field-help" id={`${id}-help`}>
            {props.help}
          </p>
        </Show>
      </div>
      <input
        id={id}
        class="switch"
        type="checkbox"
        role="switch"
        checked={props.checked}
        disabled={props.disabled}
        aria-describedby={props.help ? `${id}-help` : undefined}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
    </div>
  );
}
