import { editMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { createSignal } from 'solid-js';
import { replaceShortcodes } from '../emoji/emoji-search.ts';
import { call } from '../session/api.ts';
import { rightsIn } from '../spaces/rights.ts';
import { orToast, orWait } from '../ui/toast.tsx';
import { edit } from './composer-requests.ts';
import { decodeMentions, encodeMentions } from './mention-text.ts';
import { remove, type Standing } from './message-actions.ts';
import { TextEditor } from './text-editor.tsx';

/** Edits a message where it stands. An emptied message is asked about as a deletion. */
export function MessageEditor(props: Standing) {
  const [text, setText] = createSignal(decodeMentions(props.message.content, props.space));
  const save = async () => {
    const content = encodeMentions(replaceShortcodes(text()), props.space).trim();
    if (!content) {
      edit(undefined);
      return remove(props);
    }
    if (content !== props.message.content) {
      const { space, channel, message } = props;
      const params = { space: space.id, channel: channel.id, message: message.id };
      const done = await orToast(orWait(call(editMessage, { params, body: { content } })));
      if (!done) return;
    }
    edit(undefined);
  };
  return (
    <div class="message-editor">
      <TextEditor
        space={props.space}
        label="Edit message"
        value={text()}
        mayMentionAll={rightsIn(props.space, props.channel).has('mention.everyone')}
        onInput={setText}
        onSubmit={() => void save()}
        onEscape={() => edit(undefined)}
        handle={(handle) => queueMicrotask(handle.focus)}
      />
      <p>
        Esc to{' '}
        <button type="button" onClick={() => edit(undefined)}>
          cancel
        </button>
        , Enter to{' '}
        <button type="button" onClick={() => void save()}>
          save
        </button>
      </p>
    </div>
  );
}
