/** Many requests at once change linked identities in DynamoDB; the guarantees hold afterwards. */
import {
  identifyLogins,
  isClaimed,
  type LinkingLogin,
  type LinkingTable,
  loginsOf,
  MAX_MERGED,
  membersOf,
  mergeIdentities,
  resolveLogin,
  runSteps,
  type Steps,
  unlinkProviders,
} from '@token-broker/core/linking'
import { expect, it } from 'vitest'
import { createIdentitiesInMemory } from '../../packages/functions/src/adapters/identity-pools/linked/identities-in-memory.ts'
import { readLinkItem } from '../../packages/functions/src/adapters/identity-pools/linked/link-item.ts'
import { closeAfterTests } from '../fixtures/close-after-tests.ts'
import { identitiesIn } from '../fixtures/identity-tables.ts'
import { startTenantsTable, type TenantsTable } from '../fixtures/tenants-table.ts'

const POOL = 'eu-central-1:0f7c1a52-9a54-4a0e-8f3f-2c5f0d6b7e81'
const PEOPLE = 12
const REQUESTS = 240
const AT_ONCE = 16
const NOW = 1_000_000

it('keeps the guarantees under load', { timeout: 300_000 }, async () => {
  const server = await closeAfterTests(startTenantsTable())
  const table = identitiesIn(server)
  const signal = new AbortController().signal
  const links: LinkingTable = {
    get: (name) => table.get(POOL, name, signal),
    putIf: (name, item, previous) => table.putIf(POOL, name, item, previous, signal),
  }
  const claims = new Map<string, Set<string>>()
  const outcomes = new Map<string, number>()
  const random = sequence(7)

  await inTurns(REQUESTS, AT_ONCE, async () => {
    const person = random(PEOPLE)
    const guest = { id: `guest ${random(6)}`, born: NOW - 60 }
    const [google, facebook] = [login('google', person), login('facebook', person)]
    const kind = random(6)
    // On a busy machine a call may exceed its time; its request then ends in the middle.
    const outcome = await run(kind).catch(() => ({ refused: 'unavailable' }))
    const name = `${kind} ${outcome?.refused ?? 'done'}`
    outcomes.set(name, (outcomes.get(name) ?? 0) + 1)

    async function run(operation: number) {
      const request = { logins: [google] as const, nowSeconds: NOW }
      if (operation === 0) return runSteps(identifyLogins(request, { merging: false }), links)
      if (operation === 1) {
        const both = { logins: [google, facebook] as const, nowSeconds: NOW }
        return runSteps(identifyLogins(both, { merging: false }), links)
      }
      if (operation === 2) {
        const found = await runSteps(
          identifyLogins({ ...request, guest }, { merging: false }),
          links,
        )
        const claimed = found.refused ? undefined : found.claimedGuest
        if (claimed !== undefined)
          claims.set(claimed, new Set([...(claims.get(claimed) ?? []), google.key]))
        return found
      }
      if (operation === 3) {
        const rules = { merging: false, adoptWithinSeconds: 3_600 }
        return runSteps(identifyLogins({ ...request, guest }, rules), links)
      }
      const found = await runSteps(identifyLogins(request, { merging: false }), links)
      if (operation === 4)
        return found.refused
          ? found
          : runSteps(unlinkProviders(found.id, ['facebook', 'google']), links)
      return runSteps(mergeIdentities(google, login('google', random(PEOPLE))), links)
    }
  })

  const settled = await copyOf(server)
  const check = <Result>(steps: Steps<Result>) => runSteps(steps, settled)
  expect(outcomes.size).toBeGreaterThan(5)
  for (const claimers of claims.values()) expect(claimers.size).toBe(1)
  for (const provider of ['google', 'facebook'])
    for (let person = 0; person < PEOPLE; person++) {
      const found = await check(resolveLogin(login(provider, person)))
      if ('free' in found) continue
      expect(found.refused).toBeUndefined()
      if (found.refused) continue
      const { key } = login(provider, person)
      const members = await check(membersOf(found.id))
      expect(members.length).toBeLessThanOrEqual(MAX_MERGED)
      const all = await check(loginsOf(found.id))
      expect(all.map((one) => one.key)).toContain(key)
      for (const { id } of members) {
        const providers = all.flatMap((one) => (one.memberId === id ? [one.provider] : []))
        expect(new Set(providers).size).toBe(providers.length)
      }
      for (const [guest] of claims)
        if (await check(isClaimed(guest, found.id, key, NOW)))
          expect(claims.get(guest)).toContain(key)
    }
})

function login(provider: string, person: number): LinkingLogin {
  const key = `${provider}-${person}`
  return { key, provider, ownId: (generation) => `own ${key} ${generation}` }
}

/** All items, so that the checks afterwards need no server. */
async function copyOf(server: TenantsTable): Promise<LinkingTable> {
  const written = (await server.scan()).map((item) => {
    const [, kind, name = ''] = /^(login|identity)#(.*)$/.exec(item.sk?.S ?? '') ?? []
    const named = { kind: kind === 'login' ? 'login' : 'identity', name } as const
    return { pool: POOL, name: named, stored: readLinkItem(item) }
  })
  const table = createIdentitiesInMemory(written)
  const signal = new AbortController().signal
  return {
    get: (name) => table.get(POOL, name, signal),
    putIf: (name, item, previous) => table.putIf(POOL, name, item, previous, signal),
  }
}

async function inTurns(all: number, atOnce: number, run: () => Promise<void>): Promise<void> {
  let left = all
  const worker = async () => {
    while (left-- > 0) await run()
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

/** The same numbers in each run (Park and Miller). */
function sequence(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 48_271) % 2_147_483_647
    return state % below
  }
}
