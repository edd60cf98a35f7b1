import { randomBytes } from 'node:crypto';
import type { Static } from 'typebox';
import { createHttpClient, type HttpClient } from '@folkmoot/protocol-spec/client/http-client.ts';
import { type LoggedIn, register } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { createInvite, joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { listMessages, sendMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { createSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import type { Message, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';

export const password = 'a quiet test evening';

/** Somebody with an account, who acts through the client API. */
export class Person {
  readonly client: HttpClient;
  readonly account: Static<typeof LoggedIn>['account'];
  readonly token: string;

  constructor(client: HttpClient, loggedIn: Pick<Static<typeof LoggedIn>, 'account' | 'token'>) {
    this.client = client;
    this.account = loggedIn.account;
    this.token = loggedIn.token ?? '';
  }

  /** The same person at another address of the homeserver, as after its restart on another port. */
  at(url: string): Person {
    const tokens = this.client.tokens();
    const client = createHttpClient({ baseUrl: url, ...(tokens ? { tokens } : {}) });
    return new Person(client, { account: this.account, token: this.token });
  }

  founds(name: string): Promise<Space> {
    return this.client.call(createSpace, { body: { name } });
  }

  async invites(space: Space, ...others: Person[]): Promise<void> {
    const { code } = await this.client.call(createInvite, { params: { space: space.id }, body: {} });
    for (const other of others) await other.client.call(joinByInvite, { params: { code } });
  }

  says(space: Space, content: string, nonce?: string): Promise<Message> {
    return this.client.call(sendMessage, { params: talkOf(space), body: { content, ...(nonce ? { nonce } : {}) } });
  }

  async reads(space: Space): Promise<Message[]> {
    return (await this.client.call(listMessages, { params: talkOf(space), query: { limit: 100 } })).messages;
  }
}

export async function person(url: string, handle = `p${randomBytes(6).toString('hex')}`): Promise<Person> {
  const client = createHttpClient({ baseUrl: url });
  return new Person(client, await client.call(register, { body: { handle, password } }));
}

/** The first text channel of a space. */
export function talkOf(space: Space): { space: string; channel: string } {
  const channel = space.channels.find(({ kind }) => kind === 'text');
  if (!channel) throw new Error('no text channel');
  return { space: space.id, channel: channel.id };
}
