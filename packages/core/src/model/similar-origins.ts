/** "Did you mean …?" for origins of web pages: what people write in place of what is sent. */
import { findSimilar } from './similar-words.ts'

const LOOPBACK = ['localhost', '127.0.0.1']

/**
 * Origins that differ from this one by what is often mistaken: the scheme, `www.`, the port, and
 * the name of this machine. At most 7, each as a browser would send it.
 */
export function originVariants(origin: string): readonly string[] {
  const url = URL.parse(origin)
  if (url === null || !/^https?:$/.test(url.protocol)) return []
  const { hostname, port } = url
  const withoutWww = hostname.replace(/^www\./, '')
  const hosts = LOOPBACK.includes(hostname) ? LOOPBACK : [withoutWww, `www.${withoutWww}`]
  const ports = port === '' ? [''] : [`:${port}`, '']
  const variants = ['https', 'http'].flatMap((scheme) =>
    hosts.flatMap((host) => ports.map((suffix) => `${scheme}://${host}${suffix}`)),
  )
  return variants.filter((variant) => variant !== origin)
}

/** @returns undefined where no known origin is similar */
export function closestOrigin(origin: string, known: readonly string[]): string | undefined {
  return originVariants(origin).find((one) => known.includes(one)) ?? findSimilar(origin, known)
}
