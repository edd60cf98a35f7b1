import { buildEvent, lineText, newSalt, spaceIdOf } from '@folkmoot/federation/envelope.ts';
import { buildIdentity } from '@folkmoot/federation/identity.ts';
import { randomId } from '@folkmoot/federation/ids.ts';
import { buildIntent, signIntent } from '@folkmoot/federation/intent.ts';
import { generateKeyPair, importPublicKey, type SigningKey } from '@folkmoot/federation/keys.ts';
import type { IdentityDocument, Intent } from '@folkmoot/federation/schemas.ts';
import { defaultPermissions } from '@folkmoot/protocol-spec/schemas/permissions.ts';

export interface MadeUpUser {
  id: string;
  home: string;
  identity: IdentityDocument;
  key: SigningKey;
}

export interface MadeUpEvent {
  type: string;
  stream?: string;
  actor: MadeUpUser;
  body?: object;
  hub?: object;
  ref?: string[];
  /** What the hub adds to `ref` without being asked. */
  added?: string[];
  /** Instead of the home of the actor. */
  home?: string;
  id?: string;
  /** Whose key signs the intent; that of the home where it is left out. */
  signedBy?: SigningKey | null;
  n?: number;
}

/** A hub that signs whatever it is told to, true or not. */
export class MadeUpHub {
  readonly server = 'hub.example';
  readonly keys = new Map<string, SigningKey>();
  readonly users = new Map<string, MadeUpUser>();
  readonly lines: { stream: string; text: string }[] = [];
  space = '';
  #heads = new Map<string, { seq: number; hash: string }>();

  keyFor(server: string): SigningKey {
    const key = this.keys.get(server) ?? generateKeyPair();
    this.keys.set(server, key);
    return key;
  }

  /** Keys as discovery would have them. */
  keyOf = (server: string) => importPublicKey(this.keyFor(server).publicJwk);

  user(handle: string, home = this.server): MadeUpUser {
    const key = generateKeyPair();
    const identity = buildIdentity({ home, handle, serial: 1, ts: 1 }, key);
    const user = { id: identity.user, home, identity, key };
    this.users.set(handle, user);
    return user;
  }

  /** The genesis, and the owner's membership. */
  founds(owner: MadeUpUser): string {
    const { publicJwk } = this.keyFor(this.server);
    this.says({
      type: 'space.create',
      actor: owner,
      body: {
        kind: 'community',
        name: 'Made up',
        description: '',
        hub: this.server,
        key: publicJwk,
        root: publicJwk,
        owner: owner.id,
        recovery: [],
        permissions: defaultPermissions,
      },
    });
    this.joins(owner);
    return this.space;
  }

  joins(user: MadeUpUser, more: Partial<MadeUpEvent> = {}): void {
    const profile = { identity: user.identity, display_name: user.identity.handle };
    this.says({ type: 'member.join', actor: user, body: { profile }, hub: { roles: [] }, ...more });
  }

  createsChannel(by: MadeUpUser): string {
    const stream = randomId('c_');
    const fields = { kind: 'text', name: 'talk', topic: '', parent: null, order: 0, slow_mode: 0, overrides: [] };
    this.says({ type: 'channel.create', stream, actor: by, body: fields });
    return stream;
  }

  /** Appends a line to the stream; returns its position. */
  says(event: MadeUpEvent): string {
    const {
      type,
      stream = '_',
      actor,
      body = {},
      hub,
      ref,
      added = [],
      home = actor.home,
      id,
      signedBy,
      n = 1,
    } = event;
    const head = this.#heads.get(stream);
    const refs = ref ? { ref } : {};
    const spaceOf = this.space ? { space: this.space } : {};
    const named = id ? { id } : {};
    const asked: Intent<object> = buildIntent({
      ...named,
      aud: this.server,
      ...spaceOf,
      stream,
      type,
      actor: actor.id,
      home,
      n,
      ts: 1,
      ...refs,
      body,
    });
    const key = signedBy === undefined ? this.keyFor(home) : signedBy;
    const intent = home === this.server || key === null ? asked : signIntent(asked, key);
    const auth = this.#heads.get('_');
    const seq = head ? head.seq + 1 : 0;
    const built = buildEvent(
      {
        ...spaceOf,
        stream,
        epoch: 1,
        seq,
        ...(head ? { prev: head.hash } : {}),
        ts: 1_000 + this.lines.length,
        type,
        ...(this.space && auth ? { auth: `1.${auth.seq}` } : {}),
        ...(ref || added.length > 0 ? { ref: [...(ref ?? []), ...added] } : {}),
        payload: hub ? { salt: newSalt(), intent, hub } : { salt: newSalt(), intent },
      },
      this.keyFor(this.server),
    );
    this.space ||= spaceIdOf(built.hash);
    this.#heads.set(stream, { seq, hash: built.hash });
    this.lines.push({ stream, text: lineText(built.envelopeText, built.payloadText) });
    return `1.${seq}`;
  }

  /** The last line, hidden from whoever gets it. */
  hideLast(): void {
    const last = this.lines.at(-1)!;
    const { seq, hash } = this.#heads.get(last.stream)!;
    this.lines[this.lines.length - 1] = {
      stream: last.stream,
      text: JSON.stringify({ hid: { epoch: 1, hash, seq } }),
    };
  }
}
