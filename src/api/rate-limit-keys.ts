import { createHash } from 'node:crypto'
import { isIPv6 } from 'node:net'

/** The key of a network: an IPv4 address, or the /64 of an IPv6 one, of which each household has at least one whole. */
export function networkKey(address: string): string {
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1]
  if (mapped !== undefined || !isIPv6(address)) return `network:${mapped ?? address}`
  const [head = '', tail] = address.split('::')
  const groups = head.split(':').filter(Boolean)
  if (tail !== undefined) {
    const after = tail.split(':').filter(Boolean)
    while (groups.length + after.length < 8) groups.push('0')
    groups.push(...after)
  }
  const network = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16))
  return `network:${network.join(':')}::/64`
}

/** The key of a name or an address that somebody typed, without regard to case. As a hash: it may be as long as a request. */
export function nameKey(name: string): string {
  return `name:${createHash('sha256').update(name.toLowerCase()).digest('base64url')}`
}
