/** Which hosts are this machine itself: plain http is accepted only for them. */

/**
 * @param hostname a `URL`'s `hostname`, in which every IPv4 address is four decimal numbers
 * @see RFC 6761 §6.3 (`localhost`), RFC 1122 §3.2.1.3 (127.0.0.0/8), RFC 4291 §2.5.3 (`::1`)
 */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}

/** Whether a URL is https, or http to this machine. */
export function isSecureUrl({ protocol, hostname }: Pick<URL, 'protocol' | 'hostname'>): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname))
}
