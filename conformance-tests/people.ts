import { randomInt } from 'node:crypto';
import { logIn, register } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { Person } from './person.ts';
import type { Target } from './target.ts';
import { Visitor, type VisitorParts } from './visitor.ts';

/** As many people as names. */
export type People = <const Names extends readonly string[]>(
  ...names: Names
) => Promise<{ -readonly [K in keyof Names]: Person }>;

export const goodPassword = 'seven plums in a jar';

const letters = 'abcdefghijkmnpqrstuvwxyz23456789';

/** A handle that nobody else has, with the name in it for whoever reads the log. */
export function newHandle(name: string): string {
  const random = Array.from({ length: 10 }, () => letters[randomInt(letters.length)]).join('');
  return `${name
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .slice(0, 16)}_${random}`;
}

/** Makes people with accounts on a target. `made` is told of each. */
export function peopleOf(
  target: Target,
  parts: VisitorParts,
  { watching, made }: { watching: boolean; made: (person: Person) => void },
): People {
  const make = async (name: string): Promise<Person> => {
    const who = { name, handle: newHandle(name), password: goodPassword };
    const person = new Person(parts, who, await logInAs(who));
    made(person);
    if (watching) await (await person.watches()).staysAwake();
    return person;
  };
  const logInAs = async ({ name, handle, password }: { name: string; handle: string; password: string }) => {
    const visitor = new Visitor(parts);
    if (!target.registerUser) {
      return visitor.asks(register, { body: { handle, password, display_name: name, transport: 'bearer' } });
    }
    await target.registerUser({ handle, password });
    return visitor.asks(logIn, { body: { login: handle, password, transport: 'bearer' } });
  };
  return ((...names: string[]) => Promise.all(names.map(make))) as unknown as People;
}
