/** Starts Ceph from Debian's packages on free loopback ports, and stops it with the test. */
import { execFile, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { globSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { findFreePort } from '../../fixtures/free-port.ts'
import { spawnTied, type TiedProcess } from '../../fixtures/spawn-tied.ts'
import { configurationOf } from './ceph-configuration.ts'

export interface AccessKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

export interface Ceph {
  /** For S3, IAM and STS. */
  readonly endpoint: string
  readonly version: string
  /** May manage identity providers, roles and their policies. */
  readonly admin: AccessKeys
  /** Owns the buckets and has access to every object in them. */
  readonly owner: AccessKeys
  /** Starts another gateway of the same Ceph with a clock that is ahead; returns its endpoint. */
  startGatewayAhead(seconds: number): Promise<string>
  stop(): Promise<void>
}

const PROGRAMS = {
  radosgw: 'radosgw',
  'ceph-mon': 'ceph-mon',
  'ceph-osd': 'ceph-osd',
  setpriv: 'util-linux',
}
const FAKE_CLOCK = '/usr/lib/*/faketime/libfaketime.so.1'
const READY_WITHIN_MS = 40_000
const ADMIN_CAPABILITIES = 'roles=*;oidc-provider=*;user-policy=*'

/** The Debian packages that are not installed. */
export function missingPackages(): string[] {
  const missing = Object.entries(PROGRAMS).filter(
    ([program]) => spawnSync(program, ['--version']).status !== 0,
  )
  return [
    ...missing.map(([, name]) => name),
    ...(globSync(FAKE_CLOCK).length > 0 ? [] : ['libfaketime']),
  ]
}

/** Resolves when the gateway responds, after about two seconds. */
export async function startCeph(): Promise<Ceph> {
  const folder = await mkdtemp(path.join(tmpdir(), 'broker-ceph-'))
  const daemons: TiedProcess[] = []
  const stop = async () => {
    for (const daemon of daemons.splice(0).reverse()) await daemon.end()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    return { ...(await start(folder, daemons)), stop }
  } catch (error) {
    const log = await readFile(path.join(folder, 'client.rgw.a.log'), 'utf8').catch(() => '')
    await stop()
    throw new Error(`Ceph did not start. The end of its log:\n${log.slice(-2000)}`, {
      cause: error,
    })
  }
}

async function start(folder: string, daemons: TiedProcess[]): Promise<Omit<Ceph, 'stop'>> {
  const [clusterId, monitorPort, gatewayPort] = [
    randomUUID(),
    await findFreePort(),
    await findFreePort(),
  ]
  await writeFile(
    path.join(folder, 'ceph.conf'),
    configurationOf({ folder, clusterId, monitorPort, gatewayPort }),
  )
  const options = {
    cwd: folder,
    env: { PATH: process.env.PATH, CEPH_CONF: path.join(folder, 'ceph.conf') },
  }
  const run = (program: string, ...args: string[]) =>
    promisify(execFile)(program, args, { ...options, timeout: 60_000 })
  const startDaemon = async (
    port: number | undefined,
    program: string,
    args: readonly string[],
    more = {},
  ) => {
    const daemon = spawnTied(program, ['-f', ...args], {
      ...options,
      env: { ...options.env, ...more },
    })
    daemons.push(daemon)
    daemon.stdout.resume()
    if (port !== undefined) await Promise.race([waitForPort(port), daemon.ended])
  }

  await writeFile(path.join(folder, 'keyring'), '')
  await run('ceph-authtool', 'keyring', '--gen-key', '-n', 'mon.', '--cap', 'mon', 'allow *')
  const monitor = `[v2:127.0.0.1:${monitorPort}]`
  await run('monmaptool', '--create', '--fsid', clusterId, '--addv', 'a', monitor, 'monmap')
  await run(
    'osdmaptool',
    'osdmap',
    '--createsimple',
    '1',
    '--pg-bits',
    '0',
    '--osd-crush-chooseleaf-type',
    '0',
  )
  await run(
    'ceph-mon',
    '-i',
    'a',
    '--mkfs',
    '--monmap',
    'monmap',
    '--osdmap',
    'osdmap',
    '--keyring',
    'keyring',
  )
  await mkdir(path.join(folder, 'osd'))
  await run('ceph-osd', '-i', '0', '--mkfs', '--no-mon-config', '--osd-uuid', randomUUID())
  // A client that finds no monitor retries only after several seconds.
  await startDaemon(monitorPort, 'ceph-mon', ['-i', 'a'])
  await startDaemon(undefined, 'ceph-osd', ['-i', '0'])
  await startDaemon(gatewayPort, 'radosgw', ['-n', 'client.rgw.a'])

  const createUser = async (name: string, ...capabilities: string[]): Promise<AccessKeys> => {
    const keys = { accessKeyId: `${name.toUpperCase()}KEY`, secretAccessKey: randomUUID() }
    const user = [
      'user',
      'create',
      '--uid',
      name,
      '--display-name',
      name,
      '--access-key',
      keys.accessKeyId,
    ]
    await run(
      'radosgw-admin',
      '-n',
      'client.admin',
      ...user,
      '--secret-key',
      keys.secretAccessKey,
      ...capabilities,
    )
    return keys
  }
  const [version = ''] =
    /ceph version [\d.]+/.exec((await run('radosgw', '--version')).stdout) ?? []
  return {
    ...{ endpoint: endpointAt(gatewayPort), version },
    admin: await createUser('admin', '--caps', ADMIN_CAPABILITIES),
    owner: await createUser('owner', '--system'),
    async startGatewayAhead(seconds) {
      const port = await findFreePort()
      const own = [
        `--rgw-frontends=beast endpoint=127.0.0.1:${port}`,
        '--pid-file=',
        '--admin-socket=',
      ]
      // Timers use the monotonic clock, which must not change.
      const clock = {
        LD_PRELOAD: globSync(FAKE_CLOCK)[0],
        FAKETIME: `+${seconds}`,
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
      }
      await startDaemon(
        port,
        'radosgw',
        ['-n', 'client.rgw.a', `--log-file=${folder}/ahead.log`, ...own],
        clock,
      )
      return endpointAt(port)
    },
  }
}

const endpointAt = (port: number) => `http://127.0.0.1:${port}`

async function waitForPort(port: number): Promise<void> {
  const deadline = AbortSignal.timeout(READY_WITHIN_MS)
  while (!(await isListeningAt(port))) {
    deadline.throwIfAborted()
    await sleep(50)
  }
}

function isListeningAt(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
