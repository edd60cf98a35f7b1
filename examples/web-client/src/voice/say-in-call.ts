/** `Bea and Cy are in a call` */
export function sayInCall(names: readonly string[]): string {
  const [first = 'Somebody', second, ...others] = names;
  if (second === undefined) return `${first} is in a call`;
  if (others.length === 0) return `${first} and ${second} are in a call`;
  return `${first}, ${second} and ${others.length === 1 ? others[0] : `${others.length} others`} are in a call`;
}
