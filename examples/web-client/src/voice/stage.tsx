import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createEffect, createMemo, createSignal, For, onCleanup, onMount, Show } from 'solid-js';
import { FaceTile, PictureTile } from './tiles.tsx';
import { peopleIn, voiceNow } from './voice-now.ts';

interface StageProps {
  space: Space;
  channel: string;
  layout: 'grid' | 'spotlight';
  pinned: string | undefined;
  onPin: (tile: string | undefined) => void;
}

/** All tiles: in a grid, or one large with the others beside it. Tiles are pictures by producer, or faces by user. */
export function Stage(props: StageProps) {
  const people = createMemo(() => peopleIn(props.space.id, props.channel));
  const tiles = createMemo(() => {
    const { pictures } = voiceNow;
    const withCamera = new Set(pictures.filter(({ source }) => source === 'camera').map(({ user }) => user));
    return [
      ...pictures.filter(({ source }) => source === 'screen').map(({ producer }) => producer),
      ...people().flatMap(({ user }) =>
        withCamera.has(user.id)
          ? pictures.filter((one) => one.user === user.id && one.source === 'camera').map(({ producer }) => producer)
          : [user.id],
      ),
    ];
  });
  const large = createMemo(() => {
    if (props.layout === 'grid') return undefined;
    const all = tiles();
    if (props.pinned !== undefined && all.includes(props.pinned)) return props.pinned;
    const screen = voiceNow.pictures.find((one) => one.source === 'screen' && !one.own);
    if (screen) return screen.producer;
    const speaker = voiceNow.active;
    const camera = voiceNow.pictures.find((one) => one.user === speaker && one.source === 'camera');
    return camera?.producer ?? (speaker !== undefined && all.includes(speaker) ? speaker : all[0]);
  });
  createEffect(() => props.pinned !== undefined && !tiles().includes(props.pinned) && props.onPin(undefined));
  const small = createMemo(() => tiles().filter((tile) => tile !== large()));
  return (
    <div class={`stage ${props.layout}`}>
      <Show when={large()} keyed>
        {(tile) => (
          <div class="stage-large">
            <Tile {...props} tile={tile} />
          </div>
        )}
      </Show>
      <Tiles {...props} tiles={small()} />
    </div>
  );
}

function Tiles(props: StageProps & { tiles: readonly string[] }) {
  let element!: HTMLDivElement;
  const [box, setBox] = createSignal({ width: 900, height: 500 });
  onMount(() => {
    const resized = new ResizeObserver(([entry]) => entry && setBox(entry.contentRect));
    resized.observe(element);
    onCleanup(() => resized.disconnect());
  });
  const columns = () => columnsFor(props.tiles.length, box());
  return (
    <div
      ref={element}
      class="stage-tiles"
      style={{ '--columns': columns(), '--rows-fit': tileWidth(columns(), box(), props.tiles.length) }}
    >
      <For each={props.tiles}>{(tile) => <Tile {...props} tile={tile} />}</For>
    </div>
  );
}

function Tile(props: StageProps & { tile: string }) {
  const picture = () => voiceNow.pictures.find(({ producer }) => producer === props.tile);
  const userOf = () => picture()?.user ?? props.tile;
  const state = () => peopleIn(props.space.id, props.channel).find(({ user }) => user.id === userOf());
  const pinned = () => props.pinned === props.tile;
  const onPin = () => props.onPin(pinned() ? undefined : props.tile);
  return (
    <Show when={state()}>
      {(known) => (
        <Show
          when={picture()}
          fallback={<FaceTile space={props.space} state={known()} pinned={pinned()} onPin={onPin} />}
        >
          {(one) => <PictureTile space={props.space} state={known()} picture={one()} pinned={pinned()} onPin={onPin} />}
        </Show>
      )}
    </Show>
  );
}

const gap = 10;

/** Columns with which tiles of 16:9 become widest. */
function columnsFor(count: number, { width, height }: { width: number; height: number }): number {
  let best = { columns: 1, tile: 0 };
  for (let columns = 1; columns <= Math.max(1, count); columns++) {
    const tile = fitting(columns, Math.ceil(count / columns), width, height);
    if (tile > best.tile) best = { columns, tile };
  }
  // Very many faces become a list that is scrolled, rather than stamps.
  return Math.max(1, Math.min(best.columns, Math.floor(width / 150) || 1));
}

function tileWidth(columns: number, { width, height }: { width: number; height: number }, count: number): string {
  return `${Math.max(Math.min(150, width), Math.floor(fitting(columns, Math.ceil(count / columns), width, height)))}px`;
}

function fitting(columns: number, rows: number, width: number, height: number): number {
  return Math.min((width - gap * (columns - 1)) / columns, (((height - gap * (rows - 1)) / rows) * 16) / 9);
}
