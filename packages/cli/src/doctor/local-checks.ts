/** What belongs to this machine: the program, the cache of credentials, and the proxy. */
import { accessSync, constants, lstatSync, readdirSync } from 'node:fs'
import { connect } from 'node:net'
import type { ProxySettings } from '@token-broker/core/proxy-settings'
import packageJson from '../../package.json' with { type: 'json' }
import { type CheckResult, failed, ok, warning } from '../checks/check-result.ts'
import { proxyOf, shownProxy } from '../checks/proxy-of-url.ts'
import { isOurs } from '../session/private-files.ts'
import { userDirectory } from '../session/profiles.ts'
import type { Environment } from '../terminal.ts'

const TIMEOUT_MS = 3_000

export function checkProgram(): CheckResult {
  return ok('program', `token-broker ${packageJson.version}, Node.js ${process.versions.node}`)
}

/** Changes nothing. `credential-process` creates the directory, and refuses another's. */
export function checkCache(env: Environment): CheckResult {
  const check = 'cache'
  const directory = userDirectory(env, 'XDG_CACHE_HOME')
  const status = lstatSync(directory, { throwIfNoEntry: false })
  if (status === undefined) return ok(check, `${directory} does not exist yet`)
  const fix = 'move it away, or set XDG_CACHE_HOME to another directory'
  if (!status.isDirectory()) return failed(check, `${directory} is not a directory`, fix)
  if (!isOurs(status.uid)) return failed(check, `${directory} belongs to another user`, fix)
  try {
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch {
    return failed(check, `${directory} cannot be written`, `chmod 700 ${directory}`)
  }
  const others = status.mode & 0o077
  if (others !== 0 && process.platform !== 'win32')
    return warning(check, `others can read ${directory}`, `chmod 700 ${directory}`)
  const count = readdirSync(directory).filter((name) => name.endsWith('.json')).length
  return ok(check, `${directory}, ${count} ${count === 1 ? 'session' : 'sessions'}`)
}

/** Node.js accepts no other, and throws when an agent is created. */
export function isUsableProxy({
  HTTPS_PROXY: forHttps,
  HTTP_PROXY: forHttp,
}: ProxySettings): boolean {
  return [forHttps, forHttp].every(
    (text) => text === undefined || /^https?:$/.test(URL.parse(text)?.protocol ?? ''),
  )
}

/** Which of the URLs are called through a proxy, and whether it can be reached. */
export async function checkProxy(
  urls: readonly URL[],
  proxy: ProxySettings | undefined,
): Promise<readonly CheckResult[]> {
  const check = 'proxy'
  if (proxy === undefined) return [ok(check, 'none is set: all calls are direct')]
  if (!isUsableProxy(proxy))
    return [
      failed(
        check,
        'HTTPS_PROXY or HTTP_PROXY is not a URL; the other calls were direct',
        'write it with its scheme, such as http://proxy.example:3128',
      ),
    ]
  const byProxy = Map.groupBy(urls, (url) => proxyOf(url, proxy))
  const direct = hostsOf(byProxy.get(undefined) ?? [])
  const used = [...byProxy].flatMap(([through, called]) =>
    through === undefined ? [] : [{ through, hosts: hostsOf(called) }],
  )
  return [
    ...(await Promise.all(used.map(({ through, hosts }) => checkOneProxy(through, hosts)))),
    ...(direct === '' ? [] : [ok(check, `direct: ${direct}`)]),
    ...(used.length === 0 ? [ok(check, 'it is set, and none of the URLs goes through it')] : []),
  ]
}

async function checkOneProxy(proxy: string, hosts: string): Promise<CheckResult> {
  const check = 'proxy'
  const problem = await tryConnection(new URL(proxy))
  const shown = shownProxy(proxy)
  if (problem === undefined) return ok(check, `${shown} for ${hosts}`)
  return failed(
    check,
    `${shown}, for ${hosts}, cannot be reached (${problem})`,
    'correct HTTPS_PROXY, or list hosts that are called directly in NO_PROXY',
  )
}

function tryConnection(url: URL): Promise<string | undefined> {
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  return new Promise((resolve) => {
    const socket = connect({ host: url.hostname.replace(/^\[|\]$/g, ''), port })
    const end = (problem?: string) => {
      socket.destroy()
      resolve(problem)
    }
    socket.setTimeout(TIMEOUT_MS, () => end(`no response within ${TIMEOUT_MS / 1_000} s`))
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? 'unknown error'))
    socket.once('connect', () => end())
  })
}

function hostsOf(urls: readonly URL[]): string {
  return [...new Set(urls.map(({ host }) => host))].join(', ')
}
