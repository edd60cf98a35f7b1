import type { ChannelView, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { Show } from 'solid-js';
import { go, pathTo } from '../app/router.ts';
import { showInviteDialog } from '../spaces/invite-dialog.tsx';
import { DirectStart } from '../people/direct-title.tsx';
import { isDirect } from '../spaces/direct.ts';
import { isPrivate, rightsIn } from '../spaces/rights.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';

/** What stands above the first message of a channel, and instead of messages in an empty one. */
export function ChannelStart(props: { space: Space; channel: ChannelView; empty?: boolean }) {
  const rights = () => rightsIn(props.space, props.channel);
  return (
    <Show when={!isDirect(props.space)} fallback={<DirectStart space={props.space} />}>
      <div class="channel-start">
        <span class="channel-start-sign">
          <Icon name={isPrivate(props.channel) ? 'lock' : 'hash'} size={28} />
        </span>
        <h2>{props.channel.name}</h2>
        <p class="soft">
          {isPrivate(props.channel) ? 'The start of this private channel.' : 'The start of this channel.'}{' '}
          {props.channel.topic}
        </p>
        <Show when={props.empty}>
          <p class="soft">
            {rights().has('message.send') ? 'Nothing was written yet. Say hello below.' : 'Nothing was written yet.'}
          </p>
          <div class="row">
            <Show when={props.space.member_count < 3 && rights().has('invite.create')}>
              <Button icon="invite" look="primary" onClick={() => showInviteDialog(props.space)}>
                Invite people
              </Button>
            </Show>
            <Show when={rights().has('channel.manage') && !props.channel.topic}>
              <Button icon="pencil" onClick={() => go(`${pathTo(props.space.id, props.channel.id)}/settings`)}>
                Set a topic
              </Button>
            </Show>
          </div>
        </Show>
      </div>
    </Show>
  );
}
