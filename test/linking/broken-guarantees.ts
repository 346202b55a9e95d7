/** The guarantees of linking, checked at the end of one execution of a race. */
import {
  type IdentityItem,
  identifyLogins,
  loginsOf,
  MAX_MERGED,
  membersOf,
  resolveLogin,
  rootOf,
} from '@token-broker/core/linking'
import type { Execution } from './execution.ts'
import { GUEST, loginNamed, NOW, type Outcome, type Race, SECOND_GUEST } from './race.ts'
import { type Items, runAlone } from './steps-in-memory.ts'

/** Where logins and identities are after another request has looked at each of them. */
interface Settled {
  readonly items: Items
  readonly idOf: ReadonlyMap<string, string>
  readonly rootOfId: (id: string) => string
}

export function* brokenGuarantees(race: Race, execution: Execution): Generator<string> {
  // A crashed request leaves its work to the next one that reads the same login.
  const settled = settle(race, execution.items)
  const outcomes = execution.runs.flatMap(({ outcome }) => (outcome ? [outcome] : []))
  const all = [...execution.before, ...outcomes]
  yield* lostIdentities(race, settled, all)
  yield* sharedIdentities(race, settled)
  yield* doubleClaims(settled, all)
  yield* lostGuests(race, settled)
  yield* brokenEnds(execution, settled)
  yield* largeTrees(settled)
  yield* unlistedMerges(settled)
  yield* stuckLogins(race, settled)
  yield* blockedSlots(settled)
}

/** Guarantees 1 and 2: what a login got, it still reaches, and so it never had two identities. */
function* lostIdentities(race: Race, settled: Settled, all: readonly Outcome[]): Generator<string> {
  const unlinked = race.requests.flatMap(({ unlinks = [] }) => unlinks)
  const deleted = race.requests.flatMap(({ deletes = [] }) => deletes)
  for (const { login, id } of all.flatMap(({ issued = [] }) => issued)) {
    if (login === 'nobody' || unlinked.includes(login)) continue
    const root = settled.rootOfId(id)
    if (deleted.includes(root) && identityOf(settled.items, root)?.state === 'deleted') continue
    const now = settled.idOf.get(login)
    if (now !== root) yield `${login} got ${id}, which is ${root} now, but has ${now}`
  }
}

/** Guarantees 3 and 5: who shares an identity was presented together; one login per provider. */
function* sharedIdentities({ logins, mayShare = [], merges }: Race, settled: Settled) {
  for (const [index, one] of logins.entries())
    for (const other of logins.slice(index + 1)) {
      const id = settled.idOf.get(one)
      if (id === undefined || id !== settled.idOf.get(other)) continue
      const isAllowed = mayShare.some((pair) => pair.includes(one) && pair.includes(other))
      if (!isAllowed) yield `${one} and ${other} were never presented together, and share ${id}`
      const { provider } = loginNamed(one)
      if (!merges && provider === loginNamed(other).provider)
        yield `${id} has two logins of ${provider}: ${one} and ${other}`
    }
}

/** Guarantee 4: one login at most claims a guest. */
function* doubleClaims({ items }: Settled, all: readonly Outcome[]): Generator<string> {
  for (const { id } of [GUEST, SECOND_GUEST]) {
    const claims = all.flatMap(({ claimed }) => (claimed?.guest === id ? [claimed.login] : []))
    const claimers = new Set(claims)
    if (claimers.size > 1) yield `${id} was claimed by ${[...claimers].join(' and ')}`
    if (claimers.size > 0 && identityOf(items, id)?.state === 'user')
      yield `${id} was claimed, and is the identity of a user too`
  }
}

/** A guest that nobody can use any more, although no login got it. */
function* lostGuests({ logins }: Race, { items, idOf, rootOfId }: Settled): Generator<string> {
  for (const { id } of [GUEST, SECOND_GUEST]) {
    const item = identityOf(items, id)
    if (item === undefined || item.state === 'disabled' || item.state === 'deleted') continue
    const root = rootOfId(id)
    const isReached = logins.some((login) => idOf.get(login) === root)
    const isEnded = identityOf(items, root)?.state !== 'user'
    if (!isReached && !isEnded) yield `${id} is taken, but no login reaches it`
  }
}

/** What was disabled, deleted or unlinked before a request began is refused or absent in it. */
function* brokenEnds({ runs }: Execution, settled: Settled): Generator<string> {
  for (const [index, { outcome }] of runs.entries()) {
    if (outcome === undefined) continue
    const { ended, unlinked } = outcome
    const later = runs.filter(({ endedBefore }) => endedBefore?.includes(index))
    for (const { login, id } of later.flatMap((run) => run.outcome?.issued ?? [])) {
      if (ended?.id === id) yield `${login} got ${id} after it was ${ended.state}`
      if (unlinked?.id === id && unlinked.login === login)
        yield `${login} got ${id} after it was unlinked from it`
    }
    if (!ended) continue
    const state = identityOf(settled.items, ended.id)?.state
    if (state !== ended.state && state !== 'deleted')
      yield `${ended.id} was ${ended.state}, and is no longer`
  }
}

/** As many identities as Amazon Cognito merges. */
function* largeTrees({ items }: Settled): Generator<string> {
  for (const [name, { item }] of items) {
    if (item.kind !== 'identity' || item.state !== 'user' || !item.absorbed) continue
    const id = name.slice('identity '.length)
    const { length } = runAlone(items, membersOf(id))
    if (length > MAX_MERGED) yield `${length} identities are merged into ${id}`
  }
}

/** Lookups and the limit find what is merged by the list of the identity that it is merged into. */
function* unlistedMerges({ items }: Settled): Generator<string> {
  for (const [name, { item }] of items) {
    if (item.kind !== 'identity' || item.state !== 'merged' || item.claimedBy) continue
    const id = name.slice('identity '.length)
    const { absorbed = [] } = identityOf(items, item.into ?? '') ?? {}
    if (!absorbed.includes(id)) yield `${id} is merged into ${item.into}, which does not list it`
  }
}

/** Every login can be used again, and keeps what it has. */
function* stuckLogins({ logins }: Race, { items, idOf }: Settled): Generator<string> {
  for (const login of logins) {
    const request = { logins: [loginNamed(login)], nowSeconds: NOW } as const
    const found = runAlone(items, identifyLogins(request, { merging: false }))
    if (found.refused === 'disabled') continue
    if (found.refused) yield `${login} is refused forever: ${found.refused}`
    else {
      const expected = idOf.get(login) ?? found.id
      if (found.id !== expected) yield `${login} had ${expected}, and then ${found.id}`
      if (identityOf(items, found.id)?.state !== 'user') yield `${login} got an ended identity`
    }
  }
}

/** A mark on which the login's item does not agree does not keep another login away. */
function* blockedSlots({ items }: Settled): Generator<string> {
  for (const [name, { item }] of items) {
    if (item.kind !== 'identity' || item.state !== 'user') continue
    const id = name.slice('identity '.length)
    const linked = runAlone(items, loginsOf(id)).filter(({ memberId }) => memberId === id)
    const [partner] = linked
    for (const provider of Object.keys(item.slots)) {
      if (!partner || linked.some((login) => login.provider === provider)) continue
      const logins = [loginNamed(partner.key), loginNamed(`${provider}:new`)] as const
      const request = { logins, nowSeconds: NOW }
      const { refused } = runAlone(new Map(items), identifyLogins(request, { merging: false }))
      if (refused) yield `${id} accepts no login of ${provider} any more: ${refused}`
    }
  }
}

function settle({ logins }: Race, items: Items): Settled {
  const idOf = new Map<string, string>()
  for (const login of logins) {
    const found = runAlone(items, resolveLogin(loginNamed(login)))
    const id = 'free' in found ? undefined : found.refused ? disabledId(items, login) : found.id
    if (id !== undefined) idOf.set(login, id)
  }
  return { items, idOf, rootOfId: (id) => rootId(items, id) }
}

/** A login of a disabled identity still has it. */
function disabledId(items: Items, login: string): string | undefined {
  const item = items.get(`login ${login}`)?.item
  return item?.kind === 'login' && item.state !== 'free' ? rootId(items, item.id) : undefined
}

function rootId(items: Items, id: string): string {
  const stored = items.get(`identity ${id}`)
  if (stored?.item.kind !== 'identity') return id
  return runAlone(items, rootOf(id, { version: stored.version, item: stored.item })).id
}

function identityOf(items: Items, id: string): IdentityItem | undefined {
  const item = items.get(`identity ${id}`)?.item
  return item?.kind === 'identity' ? item : undefined
}
