import { createHttpClient } from '@folkmoot/protocol-spec/client/http-client.ts';
import { register, updateProfile } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { Person } from '../testing/people.ts';
import type { NetworkHomeserver } from '../testing/spawned-network.ts';

/** One password for everybody: nobody but who started the demonstration can reach it. */
export const password = 'meet me at the moot';

/** Somebody of the demonstration, and where they live. */
export interface Player {
  person: Person;
  at: NetworkHomeserver;
  handle: string;
  name: string;
}

export async function play(at: NetworkHomeserver, handle: string, name: string, pronouns: string): Promise<Player> {
  const client = createHttpClient({ baseUrl: at.direct });
  const loggedIn = await client.call(register, { body: { handle, password, display_name: name } });
  await client.call(updateProfile, { body: { pronouns, bio: `${name} of ${at.name}` } });
  return { person: new Person(client, loggedIn), at, handle, name };
}
