/** Which addresses an identity provider on the internet can have. */
import { BlockList, isIP } from 'node:net'

/** `reserved`: no identity provider has one, such as cloud metadata services and multicast. */
export type AddressKind = 'public' | 'private' | 'loopback' | 'reserved'

type Subnet = readonly [network: string, prefix: number]

/** @see IANA IPv4 Special-Purpose Address Registry (RFC 6890) */
const IPV4: Readonly<Record<Exclude<AddressKind, 'public'>, readonly Subnet[]>> = {
  loopback: [['127.0.0.0', 8]],
  private: [
    ['10.0.0.0', 8],
    ['172.16.0.0', 12],
    ['192.168.0.0', 16],
    // Carrier-grade NAT (RFC 6598), which clouds and overlay networks use inside.
    ['100.64.0.0', 10],
  ],
  reserved: [
    ['0.0.0.0', 8],
    // Link-local (RFC 3927): 169.254.169.254 and 169.254.170.2 give out credentials of AWS roles.
    ['169.254.0.0', 16],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.88.99.0', 24],
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    ['224.0.0.0', 4],
    ['240.0.0.0', 4],
  ],
}

/** @see IANA IPv6 Special-Purpose Address Registry */
const IPV6: typeof IPV4 = {
  loopback: [['::1', 128]],
  private: [['fc00::', 7]],
  reserved: [
    // AWS's metadata service and resolver, within fc00::/7.
    ['fd00:ec2::', 32],
    ['2001::', 23],
    ['2001:db8::', 32],
    // 6to4 (RFC 7526), which contains an IPv4 address.
    ['2002::', 16],
    ['3fff::', 20],
  ],
}
/** All other IPv6 addresses are reserved. */
const GLOBAL_UNICAST: Subnet = ['2000::', 3]
/**
 * Prefixes before an IPv4 address: IPv4-mapped (RFC 4291 §2.5.5.2), and NAT64 (RFC 6052), by which
 * networks without IPv4 reach all of it, private addresses included.
 */
const IPV4_IN_IPV6 = ['::ffff:', '64:ff9b::']

const KINDS = ['reserved', 'loopback', 'private'] as const

/** @param address of IPv4 or IPv6, without brackets */
export function classifyAddress(address: string): AddressKind {
  const version = isIP(address)
  // Also an IPv6 address with a zone, which is never global.
  if (version === 0 || address.includes('%')) return 'reserved'
  const family = version === 4 ? 'ipv4' : 'ipv6'
  lists ??= createLists()
  const { excluded, globalIpv6 } = lists
  const kind = KINDS.find((one) => excluded[one].check(address, family))
  if (kind) return kind
  return family === 'ipv4' || globalIpv6.check(address, family) ? 'public' : 'reserved'
}

/** Created at the first use: a start of the function that fetches nothing does not need them. */
let lists: ReturnType<typeof createLists> | undefined

function createLists() {
  const excluded = {
    reserved: listOf('reserved'),
    loopback: listOf('loopback'),
    private: listOf('private'),
  }
  const globalIpv6 = new BlockList()
  globalIpv6.addSubnet(...GLOBAL_UNICAST, 'ipv6')
  for (const prefix of IPV4_IN_IPV6) globalIpv6.addSubnet(`${prefix}0.0.0.0`, 96, 'ipv6')
  return { excluded, globalIpv6 }
}

function listOf(kind: keyof typeof IPV4): BlockList {
  const list = new BlockList()
  for (const [network, prefix] of IPV4[kind]) {
    list.addSubnet(network, prefix, 'ipv4')
    for (const before of IPV4_IN_IPV6) list.addSubnet(`${before}${network}`, 96 + prefix, 'ipv6')
  }
  for (const [network, prefix] of IPV6[kind]) list.addSubnet(network, prefix, 'ipv6')
  return list
}
