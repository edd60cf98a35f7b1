import { getServer, type ServerInfo } from '@folkmoot/protocol-spec/schemas/client/server.ts';
import type { Static } from 'typebox';
import { createSignal } from 'solid-js';
import { call } from './api.ts';

const [serverInfo, setServerInfo] = createSignal<Static<typeof ServerInfo>>();

/** What this homeserver is; undefined until it has answered. */
export { serverInfo };

export async function askServerInfo(): Promise<void> {
  setServerInfo(await call(getServer).catch(() => undefined));
}
