/** From where a caller is, as coarse as one person can change it. */
import { isIPv6 } from 'node:net'

/** How a server that listens on both families shows an address of the older one. */
const IPV4_MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

/**
 * The address itself, or the first 64 bits of an IPv6 address: every household and every server has
 * that many addresses of its own (RFC 6177 §2).
 */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const mapped = IPV4_MAPPED.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (!isIPv6(address)) return address
  const { hostname } = new URL(`http://[${address.replace(/%.*$/, '')}]`)
  const [before = '', after] = hostname.slice(1, -1).split('::')
  const groups = (text: string | undefined) => (text ? text.split(':') : [])
  const [first, last] = [groups(before), groups(after)]
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => '0')
  return `${[...first, ...zeros, ...last].slice(0, 4).join(':')}::/64`
}
