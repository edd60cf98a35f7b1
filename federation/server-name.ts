import { domainToASCII, domainToUnicode } from 'node:url';
import { ProtocolError } from './protocol-error.ts';

export interface ServerNameRules {
  /** For tests and demonstrations on one machine: single labels, and 127.0.0.1 with a port. */
  testNames?: boolean;
}

const MAX_LENGTH = 253;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const LOOPBACK = /^127\.0\.0\.1:[1-9][0-9]*$/;

/**
 * Whether a text is a server name [FED-1]. The last label begins with a letter, so that none of the ways to write an IPv4
 * address as one number, in hexadecimal or with fewer parts gets through.
 */
export function isServerName(name: string, { testNames = false }: ServerNameRules = {}): boolean {
  if (name.length > MAX_LENGTH) return false;
  const colon = name.indexOf(':');
  if (colon !== -1 && !isPort(name.slice(colon + 1))) return false;
  if (testNames && LOOPBACK.test(name)) return true;
  const host = colon === -1 ? name : name.slice(0, colon);
  const labels = host.split('.');
  if (labels.length < (testNames ? 1 : 2) || !labels.every((label) => LABEL.test(label))) return false;
  if (!/^[a-z]/.test(labels.at(-1) ?? '')) return false;
  return !host.includes('xn--') || isEncoded(host);
}

/** Throws `bad_server_name` before anybody asks the name service for it. */
export function requireServerName(name: string, rules?: ServerNameRules): void {
  if (!isServerName(name, rules)) throw new ProtocolError('bad_server_name', 'not a server name');
}

/** Node hands back as it is what it cannot decode, so every label has to become another one. */
function isEncoded(host: string): boolean {
  const decoded = domainToUnicode(host);
  return domainToASCII(decoded) === host && !decoded.includes('xn--');
}

/** 443 is never written: a name has one spelling. */
function isPort(text: string): boolean {
  return /^[1-9][0-9]{0,4}$/.test(text) && Number(text) <= 65_535 && text !== '443';
}
