/** The time of a refusal shows nothing about which part of a nonce for DPoP proofs was guessed. */
import { expect, it } from 'vitest'
import { startBoundTokenBroker } from '../endpoints/bound-token-broker.ts'
import { REQUESTS, refusalIn } from '../endpoints/bound-token-requests.ts'
import { CLASS_TIMEOUT } from './attack.ts'
import { compareTimings, formatComparison } from './compare-timings.ts'

const SAMPLES = 500
/** A real difference occurs in every try. */
const TRIES = 3
/** Beyond that of the control: nearly five standard errors. */
const MAX_ADVANTAGE = 0.08

const broker = await startBoundTokenBroker()
const token = await broker.boundToken()
const endpoint = REQUESTS['native, with the header Authorization']
if (!endpoint) throw new Error('there is no native endpoint')

const nonce = broker.nonce()
const firstOfDigest = nonce.indexOf('.') + 1
const proofs = {
  first: await proofWith(changedAt(firstOfDigest)),
  last: await proofWith(changedAt(nonce.length - 1)),
  middle: await proofWith(changedAt(Math.floor((firstOfDigest + nonce.length) / 2))),
}

it('refuses each of the changed nonces, and accepts the real one', async () => {
  for (const proof of Object.values(proofs))
    expect(refusalIn(await send(proof))).toEqual(endpoint.refusal('use_dpop_nonce'))
  expect((await send(await proofWith(nonce))).status).toBe(200)
})

it(
  'takes as long where the last character is wrong as where the first is',
  CLASS_TIMEOUT,
  async () => {
    let differs = true
    for (let tries = 0; differs && tries < TRIES; tries++) {
      const noise = await advantageOf('the middle, for control', proofs.middle)
      differs = (await advantageOf('the last', proofs.last)) > noise + MAX_ADVANTAGE
    }
    expect(differs).toBe(false)
  },
)

/** How well it can be distinguished from a nonce with another first character: 0 is not at all. */
async function advantageOf(about: string, proof: string): Promise<number> {
  const comparison = await compareTimings(
    SAMPLES,
    () => send(proofs.first),
    () => send(proof),
  )
  console.log(`timing: a nonce that is wrong at ${about}: ${formatComparison(comparison)}`)
  return Math.abs(comparison.superiority - 0.5)
}

function changedAt(index: number): string {
  const other = nonce[index] === 'a' ? 'b' : 'a'
  return nonce.slice(0, index) + other + nonce.slice(index + 1)
}

function proofWith(changed: string): Promise<string> {
  return broker.proof({ path: '/v1/credentials', token, nonce: changed })
}

function send(proof: string) {
  if (!endpoint) throw new Error('there is no native endpoint')
  return endpoint.send(broker, token, proof)
}
