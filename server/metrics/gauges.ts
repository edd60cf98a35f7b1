import { Gauge, type Registry } from 'prom-client';

/** Numbers that are read together; they are left out where they could not be read. */
export function gauges<N extends string>(registry: Registry, help: Record<N, string>) {
  const made = new Map<string, Gauge>();
  for (const [name, text] of Object.entries<string>(help))
    made.set(name, new Gauge({ name: `folkmoot_${name}`, help: text, registers: [registry] }));
  return {
    show(values: Record<N, number>): void {
      for (const [name, value] of Object.entries<number>(values)) made.get(name)?.set(value);
    },
    hide(): void {
      for (const gauge of made.values()) gauge.remove();
    },
  };
}
