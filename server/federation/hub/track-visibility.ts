import type { Writer } from '../../storage/database.ts';
import type { AppliedEvent } from '../../streams/binding.ts';
import type { HubPorts } from './hub-ports.ts';
import {
  closeInterval,
  countServerIn,
  countServerOut,
  endServer,
  findSpaceServer,
  newestLine,
  openInterval,
  serversOfSpace,
  setModerates,
  setVisible,
  streamsOfServer,
} from './visibility-store.ts';
import { forgetMembers, keepKnowing, knowActorsOf } from './known-members.ts';
import { mayModerate, visibleChannels } from './visible-channels.ts';

export type VisibilityPorts = Pick<HubPorts, 'spaceAccess' | 'membersFrom' | 'homeOf' | 'hidesMembersIn'>;

/**
 * Keeps, in the transaction of each event that changes it, which channels each homeserver may see and what was said while it could not:
 * an event is either before the change or after it, also when the machine stops in between. [VIS-1]
 */
export function trackVisibility(ports: VisibilityPorts): (tx: Writer, event: AppliedEvent) => Promise<void> {
  return async (tx, event) => {
    const { type, space } = event;
    switch (type) {
      case 'member.join': {
        if (event.local) return;
        await tx.run(countServerIn, { space, server: event.home });
        return look(tx, event, event.home);
      }
      case 'member.leave':
        return event.local ? undefined : left(tx, event, event.home);
      case 'member.kick':
      case 'member.ban': {
        const server = await homeOfTarget(tx, event);
        if (!server || (type === 'member.ban' && !(event.hub as { member?: boolean }).member)) return;
        return left(tx, event, server);
      }
      case 'bot.revoke': {
        const { bot } = event.body as { bot: string };
        const server = (event.hub as { member?: boolean }).member ? await ports.homeOf(tx, bot) : null;
        return server ? left(tx, event, server) : undefined;
      }
      case 'member.roles': {
        const server = await homeOfTarget(tx, event);
        return server ? look(tx, event, server) : undefined;
      }
      case 'server.block':
        return end(tx, event, (event.body as { server: string }).server);
      case 'server.unblock':
        return;
      case 'space.delete':
        for (const { server } of await tx.all(serversOfSpace, { space })) await end(tx, event, server);
        return;
      default:
        for (const { server } of await tx.all(serversOfSpace, { space })) await look(tx, event, server);
    }
  };

  async function homeOfTarget(tx: Writer, { body }: AppliedEvent): Promise<string | null | undefined> {
    return ports.homeOf(tx, (body as { user: string }).user);
  }

  async function left(tx: Writer, event: AppliedEvent, server: string): Promise<void> {
    const { space } = event;
    await tx.run(countServerOut, { space, server });
    const row = await tx.get(findSpaceServer, { space, server });
    if (row?.members === 0) await end(tx, event, server);
    else if (row) await look(tx, event, server);
  }

  /** Nobody of that server is in the space any more: it may read `_` up to the event that says so. */
  async function end(tx: Writer, event: AppliedEvent, server: string): Promise<void> {
    const { space, epoch, seq } = event;
    await tx.run(endServer, { space, server, epoch, seq });
    if (ports.hidesMembersIn(space)) await forgetMembers(tx, { space, server });
    for (const row of await tx.all(streamsOfServer, { space, server })) {
      if (row.visible === 1) await tx.run(setVisible, { ...row, visible: 0 });
      else await shown(tx, event, server, row.stream_no, row.stream);
    }
  }

  async function look(tx: Writer, event: AppliedEvent, server: string): Promise<void> {
    const { space } = event;
    const access = await ports.spaceAccess(tx, space);
    if (!access) return;
    const targets = access.channels.flatMap(({ overrides }) => overrides.map(({ target }) => target));
    const named = [...new Set([access.owner, ...targets.filter((target) => target.startsWith('u_'))])];
    const members = await ports.membersFrom(tx, space, server, named);
    await lookAtRights(tx, space, server, mayModerate(access, members));
    const visible = visibleChannels(access, members, event.ts);
    const known = new Map((await tx.all(streamsOfServer, { space, server })).map((row) => [row.stream_no, row]));
    for (const { id: stream, streamNo: stream_no } of visible) {
      if (known.get(stream_no)?.visible === 1) continue;
      await tx.run(setVisible, { server, space, stream_no, stream, visible: 1 });
      if (ports.hidesMembersIn(space)) await knowActorsOf(tx, { space, server, stream_no });
      if (known.has(stream_no)) await shown(tx, event, server, stream_no, stream);
    }
    const still = new Set([...visible].map(({ streamNo }) => streamNo));
    for (const row of known.values()) {
      if (row.visible === 0 || still.has(row.stream_no)) continue;
      await tx.run(setVisible, { ...row, visible: 0 });
      await hidden(tx, server, row.stream_no);
    }
  }

  async function lookAtRights(tx: Writer, space: string, server: string, moderates: boolean): Promise<void> {
    const row = await tx.get(findSpaceServer, { space, server });
    if (!row || (row.moderates === 1) === moderates) return;
    if (!moderates) await keepKnowing(tx, { space, server });
    await tx.run(setModerates, { space, server, moderates: moderates ? 1 : 0 });
  }

  /** What comes after the newest line is hidden; the event that hides it is not. */
  async function hidden(tx: Writer, server: string, stream_no: number): Promise<void> {
    const newest = await tx.get(newestLine, { stream_no });
    if (newest) await tx.run(openInterval, { server, stream_no, epoch: newest.epoch, seq: newest.seq + 1 });
  }

  /** What was hidden stays so, up to the newest line; the event that shows it again is seen. */
  async function shown(
    tx: Writer,
    event: AppliedEvent,
    server: string,
    stream_no: number,
    stream: string,
  ): Promise<void> {
    const newest = await tx.get(newestLine, { stream_no });
    if (!newest) return;
    const { epoch, seq } = newest;
    await tx.run(closeInterval, { server, stream_no, epoch, seq: event.stream === stream ? seq - 1 : seq });
  }
}
