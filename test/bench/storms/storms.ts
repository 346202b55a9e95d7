/** The storms: what happens to all clients at the same time, and who of them is served. */
import { setTimeout as sleep } from 'node:timers/promises'
import { startTenantsTable } from '../../fixtures/tenants-table.ts'
import { openOperatorTable, writeTenant } from '../../fixtures/write-tenants.ts'
import { cacheKeys, createRotation } from './own-key-rotation.ts'
import { type Ending, nativeClient, sdkClient, untilEnd } from './storm-clients.ts'
import {
  type StormOptions,
  type StormResult,
  type StormStage,
  startStormStage,
} from './storm-stage.ts'
import { BOTH_KEYS, stormDocument } from './storm-upstreams.ts'

export interface StormSize {
  readonly clients: number
  /** Of the storms during load. */
  readonly perSecond: number
  readonly seconds: number
  /** How many identities the clients share. */
  readonly identities: number
  /** Of STS where it throttles. */
  readonly stsPerSecond: number
  readonly stage: StormOptions
}

export interface Storm {
  readonly title: string
  run(size: StormSize): Promise<StormResult>
}

const HOUR_MS = 3_600_000
const SDK_ROLE = 'arn:aws:iam::000000000000:role/broker/storm/read'

export const STORMS = {
  start: { title: 'clients start within one second', run: startAtOnce },
  expiry: { title: 'all sessions expire at the same moment', run: expireAtOnce },
  throttle: { title: 'STS throttles', run: throttleSts },
  outage: { title: 'an identity provider returns after an hour', run: returnAfterOutage },
  rotation: { title: 'keys rotate during load', run: rotateKeys },
  early: { title: 'a key signs a second before it is published', run: signTooEarly },
  signing: { title: 'the broker’s own key rotates during load', run: rotateSigningKey },
  unannounced: { title: 'the same, without step 1', run: rotateUnannounced },
  publish: { title: 'a tenant document is published during load', run: publishDocument },
} as const satisfies Readonly<Record<string, Storm>>

export type StormName = keyof typeof STORMS

const userOf = (index: number, { identities }: StormSize) => `user-${index % identities}`

async function startAtOnce(size: StormSize): Promise<StormResult> {
  const stage = await startStormStage(size.stage)
  const { upstreams } = stage
  const clients = Array.from({ length: size.clients }, (_, index) => {
    const token = upstreams.tokenOf(0, userOf(index, size))
    return nativeClient(stage.nextUrl(), () => token)
  })
  const endings = clients.map(async (client, index) => {
    await sleep((1000 * index) / clients.length)
    return untilEnd(client)
  })
  return stage.finish(await Promise.all(endings))
}

/** All clients have sessions; then the clocks of all are set to the moment of their expiration. */
async function expireAtOnce(size: StormSize): Promise<StormResult> {
  const stage = await startStormStage(size.stage)
  const { upstreams } = stage
  const clients = Array.from({ length: size.clients }, (_, index) =>
    nativeClient(stage.nextUrl(), () => upstreams.tokenOf(0, userOf(index, size)), stage.now),
  )
  // In small groups, because their first sessions are not the storm.
  for (let index = 0; index < clients.length; index += 50)
    await Promise.all(clients.slice(index, index + 50).map((client) => untilEnd(client)))
  await stage.setAhead(HOUR_MS)
  return stage.finish(await Promise.all(clients.map((client) => untilEnd(client))))
}

/** Half of the clients are SDKs of AWS at the STS endpoint, with their own retries. */
async function throttleSts(size: StormSize): Promise<StormResult> {
  const stage = await startStormStage(size.stage)
  const { upstreams } = stage
  await upstreams.set({ stsPerSecond: size.stsPerSecond })
  const endings = Array.from({ length: size.clients }, (_, index) => {
    const token = () => upstreams.tokenOf(0, userOf(index, size))
    const url = stage.nextUrl()
    return untilEnd(index % 2 ? sdkClient(url, token, SDK_ROLE) : nativeClient(url, token))
  })
  return stage.finish(await Promise.all(endings))
}

/**
 * Processes that know the keys go on during the outage. One that starts during the outage has none:
 * its clients wait until the provider returns.
 */
async function returnAfterOutage(size: StormSize): Promise<StormResult> {
  const stage = await startStormStage(size.stage)
  const { upstreams } = stage
  const ask = (url: string, index: number) => {
    const token = () => upstreams.tokenOf(0, userOf(index, size))
    return untilEnd(nativeClient(url, token, stage.now))
  }
  const group = Math.ceil(size.clients / 10)
  const endings: Ending[] = []
  const askGroup = async () => {
    const asked = Array.from({ length: group }, (_, index) => ask(stage.nextUrl(), index))
    endings.push(...(await Promise.all(asked)))
  }
  await askGroup()
  await upstreams.set({ providersUp: false })
  for (let part = 1; part <= 4; part++) {
    await stage.setAhead((HOUR_MS * part) / 4)
    await askGroup()
  }
  const late = await stage.addBroker()
  const waiting = Array.from({ length: 5 * group }, (_, index) => ask(late.url, index))
  await sleep(2_000)
  await upstreams.set({ providersUp: true })
  return stage.finish([...endings, ...(await Promise.all(waiting))])
}

/** During load, the provider publishes a key and signs with it. */
async function rotateKeys(size: StormSize): Promise<StormResult> {
  const stage = await startStormStage(size.stage)
  const endings = await underLoad(stage, size, () =>
    stage.upstreams.set({ publishedKeys: BOTH_KEYS, signingKey: 1 }),
  )
  return stage.finish(endings)
}

/** The mistake of a provider: its new tokens are refused until the keys may be fetched again. */
async function signTooEarly(size: StormSize): Promise<StormResult> {
  const stage = await startStormStage(size.stage)
  const endings = await underLoad(stage, size, async () => {
    await stage.upstreams.set({ signingKey: 1 })
    await sleep(1_000)
    await stage.upstreams.set({ publishedKeys: BOTH_KEYS })
    // An unknown key id fetches the keys again at most once in 30 s.
    await stage.setAhead(31_000)
  })
  return stage.finish(endings)
}

/** During load, step 2 of a rotation is deployed; step 1 was deployed before. */
function rotateSigningKey(size: StormSize): Promise<StormResult> {
  const { announced, switched } = createRotation()
  return deployKeys(size, announced, switched)
}

/** The mistake of an operator: STS refuses the tokens until it has read the keys again. */
function rotateUnannounced(size: StormSize): Promise<StormResult> {
  const { before, switched } = createRotation()
  return deployKeys(size, before, switched)
}

async function deployKeys(
  size: StormSize,
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): Promise<StormResult> {
  const grant = { ...size.stage.grant, webIdentity: 'minted' }
  const stage = await startStormStage({ ...size.stage, grant, settings: before })
  await cacheKeys(stage)
  const deploy = await stage.prepare(after)
  const endings = await underLoad(stage, size, async () => {
    deploy()
    // STS has the former keys for a second, and then the ones that are published.
    await sleep(1_000)
    await cacheKeys(stage)
  })
  return stage.finish(endings)
}

/** During load, a version is written to the table. The clocks are set to a minute later. */
async function publishDocument(size: StormSize): Promise<StormResult> {
  const table = await startTenantsTable()
  const operator = openOperatorTable(table)
  const write = (issuer: string, more: object) =>
    writeTenant(operator, JSON.stringify(stormDocument('storm', issuer, more)))
  try {
    const stage = await startStormStage({
      ...size.stage,
      environment: async (upstreams) => {
        await write(upstreams.issuerOf(0), size.stage.grant ?? {})
        return table.environment
      },
    })
    const endings = await underLoad(stage, size, async () => {
      await write(stage.upstreams.issuerOf(0), { ...size.stage.grant, duration: '30m' })
      await stage.setAhead(61_000)
    })
    return stage.finish(endings)
  } finally {
    await table.close()
  }
}

/** New clients at a steady rate: half of the time, then during the change, and as long after it. */
async function underLoad(
  stage: StormStage,
  size: StormSize,
  halfway: () => Promise<void>,
): Promise<readonly Ending[]> {
  const half = Math.ceil((size.perSecond * size.seconds) / 2)
  const startedAt = performance.now()
  const pending: Promise<Ending>[] = []
  let change: Promise<void> | undefined
  let left = Number.POSITIVE_INFINITY
  for (let index = 0; left > 0; index++, left--) {
    const waitMs = startedAt + (1000 * index) / size.perSecond - performance.now()
    if (waitMs > 0) await sleep(waitMs)
    if (index >= half)
      change ??= halfway().then(() => {
        left = half
      })
    const token = stage.upstreams.tokenOf(0, userOf(index, size))
    pending.push(untilEnd(nativeClient(stage.nextUrl(), () => token, stage.now)))
  }
  await change
  return Promise.all(pending)
}
