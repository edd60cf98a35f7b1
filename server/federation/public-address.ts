import ipaddr from 'ipaddr.js';

/**
 * Whether an address is one of the public Internet. Addresses that carry an IPv4 address inside are judged by it where a
 * machine would connect to it directly (mapped), and refused where a gateway would (6to4, NAT64, Teredo). [FED-6]
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast') return false;
  // Of IPv6 only 2000::/3 is given out as public; what is beyond it has no name of its own in every library.
  return address.kind() === 'ipv4' || (address.toByteArray()[0]! & 0xe0) === 0x20;
}
