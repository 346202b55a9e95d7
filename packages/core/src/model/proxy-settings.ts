/** The forward proxy of the environment, for programs on a user's machine. */

/** A type and not an interface, so that it is one of Node's records of variables. */
export type ProxySettings = {
  readonly HTTPS_PROXY?: string
  readonly HTTP_PROXY?: string
  readonly NO_PROXY: string
}

/** A proxy on another machine cannot reach what runs on this one. */
const LOOPBACK = 'localhost,127.0.0.1,[::1],::1'

/**
 * Reads `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, or the same names in lower case, which come
 * first. The loopback interface is always called directly.
 * @returns undefined where no proxy is set
 */
export function readProxySettings(
  environment: Readonly<Record<string, string | undefined>>,
): ProxySettings | undefined {
  const read = (name: string) => environment[name.toLowerCase()] || environment[name] || undefined
  const [https, http, direct] = [read('HTTPS_PROXY'), read('HTTP_PROXY'), read('NO_PROXY')]
  if (https === undefined && http === undefined) return undefined
  return {
    ...(https === undefined ? {} : { HTTPS_PROXY: https }),
    ...(http === undefined ? {} : { HTTP_PROXY: http }),
    NO_PROXY: direct === undefined ? LOOPBACK : `${direct},${LOOPBACK}`,
  }
}
