/** The time of a refusal shows nothing about the names of tenants and issuers of opaque tokens. */
import { expect, it } from 'vitest'
import { endpointsOf, startOpaqueBroker } from '../endpoints/opaque-broker.ts'
import { CLASS_TIMEOUT } from './attack.ts'
import { compareTimings, formatComparison } from './compare-timings.ts'

const broker = await startOpaqueBroker()
const { native } = endpointsOf(broker)
if (!native) throw new Error('there is no native endpoint')

const SAMPLES = 500
/** A real difference occurs in every try. */
const TRIES = 3
/** Beyond that of the control: nearly five standard errors. */
const MAX_ADVANTAGE = 0.08

const UNKNOWN = { tenant: 'unknown' }

// What an issuer is asked about takes longer: that a tenant has such an issuer is visible.
it.each([
  ['a tenant with JWTs alone', { tenant: 'jwt' }],
  ['a tenant with several issuers, none of them named', { tenant: 'two' }],
  ['an unknown issuer of a known tenant', { tenant: 'acme', issuer: 'unknown' }],
])('takes as long for %s as for an unknown tenant', CLASS_TIMEOUT, async (about, wanted) => {
  let differs = true
  for (let tries = 0; differs && tries < TRIES; tries++) {
    const noise = await advantageOf(about, { tenant: 'also-unknown' })
    differs = (await advantageOf(about, wanted)) > noise + MAX_ADVANTAGE
  }
  expect(differs).toBe(false)
})

/** How well the request can be distinguished from one for an unknown tenant: 0 is not at all. */
async function advantageOf(about: string, wanted: { tenant: string; issuer?: string }) {
  const request = (other: { tenant: string; issuer?: string }) => () => native?.('opaque', other)
  const comparison = await compareTimings(
    SAMPLES,
    async () => request(UNKNOWN)(),
    async () => request(wanted)(),
  )
  console.log(`timing: ${about} (${wanted.tenant}): ${formatComparison(comparison)}`)
  return Math.abs(comparison.superiority - 0.5)
}
