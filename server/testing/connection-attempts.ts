import { type LookupFunction, Socket } from 'node:net';
import type { TestContext } from 'node:test';

/** The addresses that this process begins to connect to by TCP, from now until the test ends. */
export function connectionAttempts(t: TestContext): string[] {
  const attempts: string[] = [];
  // oxlint-disable-next-line typescript/unbound-method -- called with the socket below
  const { connect } = Socket.prototype;
  t.mock.method(Socket.prototype, 'connect', function (this: Socket, ...options: unknown[]) {
    this.on('connectionAttempt', (address: string) => void attempts.push(address));
    return Reflect.apply(connect, this, options) as Socket;
  });
  return attempts;
}

/** A name service that answers with these addresses, one set after the other and then always the last one. */
export function names(...answers: string[][]): { lookup: LookupFunction; asked: () => number } {
  let asked = 0;
  const lookup: LookupFunction = (_, options, callback) => {
    const found = (answers[Math.min(asked++, answers.length - 1)] ?? []).map((address) => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }));
    if (options.all) callback(null, found);
    else callback(null, found[0]?.address ?? '', found[0]?.family);
  };
  return { lookup, asked: () => asked };
}
