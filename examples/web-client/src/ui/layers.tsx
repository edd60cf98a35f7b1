import { createSignal, For, type JSX } from 'solid-js';

interface Layer {
  key: number;
  render: (close: () => void) => JSX.Element;
  close: () => void;
}

const [layers, setLayers] = createSignal<readonly Layer[]>([]);
let lastKey = 0;

/** Puts a dialog on top; `render` gets what takes it away again. */
export function showLayer(render: (close: () => void) => JSX.Element, onClose?: () => void): () => void {
  const key = ++lastKey;
  const close = () => {
    if (!layers().some((layer) => layer.key === key)) return;
    setLayers(layers().filter((layer) => layer.key !== key));
    onClose?.();
  };
  setLayers([...layers(), { key, render, close }]);
  return close;
}

/** Closes everything, as when another page is opened or the session ends. */
export function closeLayers(): void {
  for (const layer of layers()) layer.close();
}

/** Where the dialogs stand. */
export function Layers() {
  return <For each={layers()}>{(layer) => layer.render(layer.close)}</For>;
}
