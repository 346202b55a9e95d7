/** While a part of the broker fails and is restored, no request is lost and none wrongly issued. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, it } from 'vitest'
import { startFaultyEnvironment } from './faulty-environment.ts'
import { compareWithRecords, startLoad } from './load-generator.ts'
import { formatOutages, LINK_OF, OUTAGES, outageRow } from './outage-list.ts'

const OUTAGE_MS = 2_500
/** Longer than the broker waits for any part. */
const SILENCE_MS = 6_500
/** After a failure, the keys of an IdP are fetched again after at most this time. */
const RECOVERY_MS = 40_000
/** A phase lasts until this many entitled callers got a response, also on a slow machine. */
const MIN_RESPONSES = 4

/** With opaque tokens about which the issuer was asked before. */
const KNOWN_USERS = 4

const rows: (readonly string[])[] = []
afterAll(() => console.log(formatOutages(rows)))

it.concurrent.for(OUTAGES)(
  '$part, $fault: callers get $result, and credentials again afterwards',
  { timeout: 240_000 },
  async ({ part, fault, result }, { expect }) => {
    await using environment = await startFaultyEnvironment()
    const { links, broker, tokenOf, opaqueTokenOf, responseOf } = environment
    const link = links[LINK_OF[part]]
    const startsBroken = part.endsWith('unknown')
    if (startsBroken) await link.fail(fault)
    const phase = startsBroken ? 'outage' : 'before'
    const users = part.endsWith('token known') ? KNOWN_USERS : 10_000
    const isOpaque = part.includes('opaque') || part.startsWith('secret')
    const load = part.startsWith('SAML')
      ? startLoad(broker.url, responseOf, phase, { tokenType: 'saml2' })
      : isOpaque
        ? startLoad(broker.url, opaqueTokenOf, phase, { tenant: 'opaque', users })
        : startLoad(broker.url, tokenOf, phase, {
            endpoint: part === 'table of sessions' ? 'STS' : 'native',
          })
    const requestsOf = (name: string) => load.sent.filter(({ phase }) => phase === name)
    const waitForResponses = async (phase: string) => {
      const entitled = () => requestsOf(phase).filter((request) => request.entitled).length
      await expect
        .poll(entitled, { timeout: RECOVERY_MS, interval: 50 })
        .toBeGreaterThanOrEqual(MIN_RESPONSES)
    }
    if (!startsBroken) {
      await waitForResponses('before')
      await link.fail(fault)
      load.startPhase('outage')
    }
    const lasts = fault === 'silent' ? SILENCE_MS : OUTAGE_MS
    await Promise.all([sleep(lasts), waitForResponses('outage')])
    load.startPhase('recovery')
    await link.restore()
    const hasRecovered = () => requestsOf('recovery').some(({ response }) => response?.accessKeyId)
    await expect.poll(hasRecovered, { timeout: RECOVERY_MS, interval: 100 }).toBe(true)
    load.startPhase('after')
    await waitForResponses('after')
    await load.stop()
    // Each record was written before its response, but a pipe may be slower than a socket.
    await expect
      .poll(() => broker.records.length, { timeout: RECOVERY_MS })
      .toBeGreaterThanOrEqual(load.sent.length)

    const during = compareWithRecords(requestsOf('outage'), broker.records)
    rows.push(outageRow({ part, fault, result }, during))
    const { lost, wronglyIssued } = compareWithRecords(load.sent, broker.records)
    expect([lost, wronglyIssued, environment.foreign]).toEqual([0, 0, []])
    // There are no records without a response either.
    expect(new Set(broker.records.map(({ requestId }) => requestId)).size).toBe(load.sent.length)

    const resultsIn = (phase: string) => {
      const entitled = requestsOf(phase).filter((request) => request.entitled)
      return [...new Set(entitled.map(({ response }) => response?.code ?? 'credentials'))]
    }
    if (!startsBroken) expect(resultsIn('before')).toEqual(['credentials'])
    expect([resultsIn('outage'), resultsIn('after')]).toEqual([[result], ['credentials']])
  },
)
