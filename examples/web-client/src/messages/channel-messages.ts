import {
  endLoad,
  type Place,
  startLoad,
  takeMessage,
  takePage,
  trimMessages,
} from '@folkmoot/protocol-spec/client/messages.ts';
import { emptyMessageList, type MessageList } from '@folkmoot/protocol-spec/client/message-list.ts';
import { getMessage, listMessages } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { createSignal } from 'solid-js';
import { call } from '../session/api.ts';
import { noteActive } from '../people/activity.ts';
import { isDirect } from '../spaces/direct.ts';
import { findSpace, myId } from '../spaces/world.ts';
import { SendQueue } from './send-queue.ts';

/** What a change of the list was: rows that came before all others keep the position from the end. */
export type Change = 'before' | 'replaced' | 'other';

interface State {
  list: MessageList;
  change: Change;
  /** Grows with each replacement: the view starts anew then. */
  epoch: number;
}

const pageSize = 50;
const keptMessages = 400;

/** The messages of one channel as they are loaded and shown. */
export class ChannelMessages {
  readonly space: string;
  readonly channel: string;
  readonly state: () => State;
  readonly loading: () => Place | undefined;
  readonly problem: () => unknown;
  /** Where the reader is; set by the view, for when everything has to be loaded anew. */
  anchor: () => string | undefined = () => undefined;
  readonly #setState: (state: State) => void;
  readonly #setLoading: (place: Place | undefined) => void;
  readonly #setProblem: (problem: unknown) => void;
  /** What is on its way to the channel. */
  readonly queue: SendQueue;

  constructor(space: string, channel: string) {
    this.space = space;
    this.channel = channel;
    const [state, setState] = createSignal<State>({ list: emptyMessageList, change: 'replaced', epoch: 0 });
    const [loading, setLoading] = createSignal<Place>();
    const [problem, setProblem] = createSignal<unknown>();
    this.state = state;
    this.loading = loading;
    this.problem = problem;
    this.#setState = setState;
    this.#setLoading = setLoading;
    this.#setProblem = (value) => setProblem(() => value);
    this.queue = new SendQueue(
      { space, channel },
      () => this.list.pending,
      (change) => this.apply(change),
    );
  }

  get list(): MessageList {
    return this.state().list;
  }

  apply(change: (list: MessageList) => MessageList, how: Change = 'other'): void {
    const before = this.state();
    const list = change(before.list);
    if (list !== before.list) this.#setState({ list, change: how, epoch: before.epoch + (how === 'replaced' ? 1 : 0) });
  }

  openNewest(): Promise<boolean> {
    return this.#load('replace', {});
  }

  openAround(message: string): Promise<boolean> {
    return this.#load('replace', { around: message });
  }

  loadBefore(): Promise<boolean> {
    const first = this.list.messages[0];
    return first && this.list.more_before ? this.#load('before', { before: first.id }) : Promise.resolve(false);
  }

  loadAfter(): Promise<boolean> {
    const last = this.list.messages.at(-1);
    return last && this.list.more_after ? this.#load('after', { after: last.id }) : Promise.resolve(false);
  }

  /** Lets go of old messages while somebody reads the newest ones. */
  trim(): void {
    if (this.list.messages.length > keptMessages * 1.5)
      this.apply((list) => trimMessages(list, keptMessages, 'before'), 'before');
  }

  async #load(place: Place, where: { before?: string; after?: string; around?: string }): Promise<boolean> {
    if (this.loading() && place !== 'replace') return false;
    const started = startLoad(this.list);
    this.apply(() => started.list);
    this.#setLoading(place);
    this.#setProblem(undefined);
    try {
      const page = await call(listMessages, {
        params: { space: this.space, channel: this.channel },
        query: { ...where, limit: pageSize },
      });
      const how = place === 'replace' ? 'replaced' : place === 'before' ? 'before' : 'other';
      this.apply((list) => takePage(list, started.load, page, place, myId()), how);
      const newest = page.messages.at(-1);
      if (newest && !page.more_after && isDirect(findSpace(this.space))) noteActive(this.space, newest.ts);
      for (const id of this.list.stale) void this.#askAgain(id);
      return true;
    } catch (error) {
      this.apply((list) => endLoad(list, started.load));
      this.#setProblem(error);
      return false;
    } finally {
      this.#setLoading(undefined);
    }
  }

  async #askAgain(message: string): Promise<void> {
    const started = startLoad(this.list);
    this.apply(() => started.list);
    try {
      const found = await call(getMessage, { params: { space: this.space, channel: this.channel, message } });
      this.apply((list) => takeMessage(list, started.load, found, myId()));
    } catch {
      this.apply((list) => endLoad(list, started.load));
    }
  }

  /** After an outage that could not be resumed: the same place, loaded anew. */
  refresh(): void {
    const anchor = this.list.more_after ? this.anchor() : undefined;
    void (anchor ? this.openAround(anchor) : this.openNewest());
  }
}
