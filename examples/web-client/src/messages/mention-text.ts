import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { handleOf } from '../members/handle.ts';
import { knownMembers, memberOf } from '../members/people.ts';

const code = /(```[\s\S]*?```|`[^`\n]*`)/;

/** What a person writes, `@handle`, `@Role`, `#channel`, in the form of the wire. Code stays as it is. */
export function encodeMentions(text: string, space: Space): string {
  const handles = handlesIn(space);
  const roles = space.roles.filter((role) => role.id !== 'everyone').sort((a, b) => b.name.length - a.name.length);
  const channels = space.channels
    .filter((channel) => channel.kind === 'text')
    .sort((a, b) => b.name.length - a.name.length);
  const encode = (part: string): string => {
    let done = part;
    for (const role of roles) done = replaceName(done, '@', role.name, `<@&${role.id}>`);
    for (const channel of channels) done = replaceName(done, '#', channel.name, `<#${channel.id}>`);
    return done.replace(/(?<![\w<@])@([a-z0-9_.]{2,32}(?:@[a-z0-9.:-]{3,253})?)/g, (whole, name: string) => {
      const handle = handles.has(name) ? name : name.replace(/[.:-]+$/, '');
      const id = handles.get(handle);
      return id ? `<@${id}>${name.slice(handle.length)}` : whole;
    });
  };
  return text
    .split(code)
    .map((part, at) => (at % 2 === 0 ? encode(part) : part))
    .join('');
}

/** Members by what stands after the @; somebody of another homeserver also without it where only one has this handle. */
function handlesIn(space: Space): Map<string, string> {
  const members = [...knownMembers(space.id), space.me].filter((member) => member.user.handle !== null);
  const remote = members.filter((member) => member.user.home);
  const short = Map.groupBy(remote, (member) => member.user.handle!);
  return new Map([
    ...[...short].flatMap(([handle, held]) =>
      new Set(held.map((member) => member.user.id)).size === 1 ? [[handle, held[0]!.user.id] as const] : [],
    ),
    ...members.map((member) => [handleOf(member.user), member.user.id] as const),
  ]);
}

/** The form of the wire as a person writes it, for editing. */
export function decodeMentions(content: string, space: Space): string {
  return content
    .replace(/<@(u_[a-z2-7]{32})>/g, (whole, id: string) => {
      const user = memberOf(space.id, id)?.user;
      return user?.handle ? `@${handleOf(user)}` : whole;
    })
    .replace(/<@&(r_[a-z2-7]{26})>/g, (whole, id: string) => {
      const role = space.roles.find((one) => one.id === id);
      return role ? `@${role.name}` : whole;
    })
    .replace(/<#(c_[a-z2-7]{26})>/g, (whole, id: string) => {
      const channel = space.channels.find((one) => one.id === id);
      return channel ? `#${channel.name}` : whole;
    });
}

function replaceName(text: string, sign: string, name: string, by: string): string {
  let result = '';
  let rest = text;
  for (;;) {
    const at = rest.indexOf(sign + name);
    if (at < 0) return result + rest;
    const end = at + sign.length + name.length;
    const free = !/[\p{L}\p{N}<&_]/u.test(rest[at - 1] ?? ' ') && !/[\p{L}\p{N}_-]/u.test(rest[end] ?? ' ');
    result += free ? rest.slice(0, at) + by : rest.slice(0, end);
    rest = rest.slice(end);
  }
}
