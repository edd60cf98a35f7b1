import type { AnswerOf } from '@folkmoot/protocol-spec/schemas/client/endpoint.ts';
import { getVoiceQuality } from '@folkmoot/protocol-spec/schemas/client/server.ts';
import { createSignal, For, type JSX, onCleanup, onMount, Show } from 'solid-js';
import { sayError } from '../app/say-error.ts';
import { call } from '../session/api.ts';
import './call-quality.css';

type Quality = AnswerOf<typeof getVoiceQuality>;
type Channel = Quality['channels'][number];
type Worker = Quality['workers'][number] & { share: number | undefined };

const everyMs = 4_000;

/** For admins: where people talk, how well it arrives, and what it costs. */
export function CallQuality() {
  const [quality, setQuality] = createSignal<Quality>();
  const [workers, setWorkers] = createSignal<readonly Worker[]>([]);
  const [problem, setProblem] = createSignal<string>();
  let measuredAt = 0;
  const measure = async () => {
    try {
      const next = await call(getVoiceQuality);
      const now = performance.now();
      setWorkers((before) => withShares(next.workers, before, (now - measuredAt) / 1_000));
      measuredAt = now;
      setQuality(next);
      setProblem(undefined);
    } catch (error) {
      setProblem(sayError(error));
    }
  };
  onMount(() => {
    void measure();
    const timer = setInterval(() => void measure(), everyMs);
    onCleanup(() => clearInterval(timer));
  });
  return (
    <div class="call-quality">
      <p class="soft">What goes through this homeserver just now. People are counted, not named.</p>
      <Show when={problem()}>
        <p class="problem" role="alert">
          {problem()}
        </p>
      </Show>
      <Show when={quality()} fallback={<p class="quiet">Loading…</p>}>
        {(now) => (
          <>
            <Show when={now().off}>
              {(reason) => (
                <p class="problem" role="status">
                  Voice is off: {reason()}. Run “folkmoot doctor voice” on the homeserver: it says how to turn it on.
                </p>
              )}
            </Show>
            <section>
              <h2>Channels and calls</h2>
              <Show when={now().channels.length > 0} fallback={<p class="quiet">Nobody is in voice.</p>}>
                <QualityTable
                  label="Channels and calls"
                  columns={['Where', 'Quality', 'People', 'Senders', 'Receivers', 'In', 'Out']}
                >
                  <For each={now().channels}>
                    {(channel) => (
                      <tr>
                        <th scope="row">{sayPlace(channel)}</th>
                        <td class={`grade ${gradeOf(channel)}`}>{sayLoss(channel)}</td>
                        <td>{channel.participants}</td>
                        <td>{channel.producers}</td>
                        <td>{channel.consumers}</td>
                        <td>{sayBits(channel.bitrate_in)}</td>
                        <td>{sayBits(channel.bitrate_out)}</td>
                      </tr>
                    )}
                  </For>
                </QualityTable>
              </Show>
            </section>
            <section>
              <h2>Media workers</h2>
              <Show
                when={workers().length > 0}
                fallback={<p class="quiet">None runs; they start with the first call.</p>}
              >
                <QualityTable label="Media workers" columns={['Process', 'Processor', 'Load', 'Memory']}>
                  <For each={workers()}>
                    {(worker) => (
                      <tr>
                        <th scope="row">{worker.pid}</th>
                        <td class={`grade ${(worker.share ?? 0) > 0.8 ? 'poor' : 'good'}`}>{sayShare(worker.share)}</td>
                        <td>{worker.load}</td>
                        <td>{Math.round(worker.memory / 1e6)} MB</td>
                      </tr>
                    )}
                  </For>
                </QualityTable>
              </Show>
            </section>
            <p class="field-help">{explain(now(), workers())}</p>
          </>
        )}
      </Show>
    </div>
  );
}

/** A narrow window scrolls it, also with keys. */
function QualityTable(props: { label: string; columns: readonly string[]; children: JSX.Element }) {
  return (
    <div class="quality-table" role="region" aria-label={props.label} tabindex="0">
      <table>
        <thead>
          <tr>
            <For each={props.columns}>{(name) => <th scope="col">{name}</th>}</For>
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </div>
  );
}

/** Shares of a processor since they were measured last. */
function withShares(next: Quality['workers'], before: readonly Worker[], seconds: number): Worker[] {
  return next.map((worker) => {
    const earlier = before.find(({ pid }) => pid === worker.pid);
    return { ...worker, share: earlier && seconds > 0 ? Math.max(0, worker.cpu - earlier.cpu) / seconds : undefined };
  });
}

function sayPlace({ kind, name, space_name: community }: Channel): string {
  if (kind === 'community') return `${name ?? 'A channel'} · ${community ?? 'a community'}`;
  return kind === 'dm' ? 'A call of two' : 'A call of a group';
}

function gradeOf({ loss }: Channel): 'good' | 'fair' | 'poor' {
  return loss > 0.08 ? 'poor' : loss > 0.02 ? 'fair' : 'good';
}

function sayLoss(channel: Channel): string {
  const words = { good: 'Good', fair: 'So so', poor: 'Bad' };
  return `${words[gradeOf(channel)]}, ${(channel.loss * 100).toFixed(1)} % lost`;
}

function sayBits(bits: number): string {
  return bits < 1e6 ? `${Math.round(bits / 1e3)} kbit/s` : `${(bits / 1e6).toFixed(1)} Mbit/s`;
}

function sayShare(share: number | undefined): string {
  return share === undefined ? '…' : `${Math.round(share * 100)} %`;
}

/** What to do about the numbers. */
function explain({ channels }: Quality, workers: readonly Worker[]): string {
  if (workers.some(({ share }) => (share ?? 0) > 0.8))
    return 'A media worker is near what one processor can do. More processors carry more people.';
  if (channels.filter((channel) => gradeOf(channel) !== 'good').length > 1)
    return 'Packets get lost in several channels at once: the line of this homeserver may be full. Run “folkmoot doctor voice”.';
  return 'The loss is that of the worst connection in a channel; where it is only one channel, it is mostly the network of one person.';
}
