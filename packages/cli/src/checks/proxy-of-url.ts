/** Which forward proxy the calls of a URL go through. */
import type { ProxyEnv } from 'node:http'

/** A host, an IPv6 address in brackets, or a range of addresses; then a port. */
const ENTRY = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/

/**
 * @returns the URL of the proxy; undefined: the call is direct
 * @see Node.js, "Built-in Proxy Support", `NO_PROXY`
 */
export function proxyOf(url: URL, proxy: ProxyEnv | undefined): string | undefined {
  const through = url.protocol === 'https:' ? proxy?.HTTPS_PROXY : proxy?.HTTP_PROXY
  const entries = (proxy?.NO_PROXY ?? '').toLowerCase().split(/[\s,]+/)
  return entries.some((entry) => entry !== '' && isExempt(url, entry)) ? undefined : through
}

function isExempt({ protocol, hostname, port }: URL, entry: string): boolean {
  if (entry === '*') return true
  const [, name = entry, onlyPort] = ENTRY.exec(entry) ?? []
  const usedPort = port || (protocol === 'https:' ? '443' : '80')
  if (onlyPort !== undefined && onlyPort !== usedPort) return false
  if (/^\*?\./.test(name)) return hostname.endsWith(name.replace('*', ''))
  const [first, last] = name.split('-').map(addressNumber)
  const at = addressNumber(hostname)
  if (first !== undefined && last !== undefined && at !== undefined)
    return first <= at && at <= last
  return withoutBrackets(hostname) === withoutBrackets(name)
}

/** Of an IPv4 address, which orders them. */
function addressNumber(text: string): number | undefined {
  const parts = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text)?.slice(1).map(Number)
  return parts?.reduce((number, part) => number * 256 + part, 0)
}

const withoutBrackets = (host: string) => host.replace(/^\[|\]$/g, '')

/** A proxy's URL without the password that it may contain. */
export function shownProxy(proxy: string): string {
  const url = URL.parse(proxy)
  return url ? `${url.protocol}//${url.host}` : 'a proxy whose setting is not a URL'
}
