import { getServer, type ServerInfo } from '@folkmoot/protocol-spec/schemas/client/server.ts';
import type { Static } from 'typebox';
import { createSignal } from 'solid-js';
import { call } from './api.ts';

const [serverInfo, setServerInfo] = createSignal<Static<typeof ServerInfo>>();

/** What this homeserver is; undefined until it has answered. */
export { serverInfo };

/** Names under which the own homeserver is known: its server name, and where this page came from. */
export function ownNames(): string[] {
  return [serverInfo()?.name ?? [], location.host].flat();
}

export async function askServerInfo(): Promise<void> {
  setServerInfo(await call(getServer).catch(() => undefined));
}
