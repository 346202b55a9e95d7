/** What every table of linked identities does. */
import type { IdentityItem } from '@token-broker/core/linking'
import { afterAll, describe, expect, it } from 'vitest'
import { IDENTITY_TABLES } from '../fixtures/identity-tables.ts'

const POOL = 'eu-central-1:0f7c1a52-9a54-4a0e-8f3f-2c5f0d6b7e81'
const signal = new AbortController().signal
const user: IdentityItem = { kind: 'identity', state: 'user', born: 5, slots: { google: 'key#1' } }
const disabled: IdentityItem = { ...user, state: 'disabled' }

describe.each(Object.keys(IDENTITY_TABLES))('a table of identities: %s', async (kind) => {
  const { table, close } = (await IDENTITY_TABLES[kind]?.()) ?? {}
  if (!table || !close) throw new Error(`There is no table ${kind}.`)
  afterAll(close)
  const named = (name: string) => ({ kind: 'identity', name }) as const

  it('has no items at first', async () => {
    expect(await table.get(POOL, named('nobody'), signal)).toBeUndefined()
  })

  it('creates an item once, and returns it as it was written', async () => {
    expect(await table.putIf(POOL, named('new'), user, undefined, signal)).toBe(true)
    expect(await table.putIf(POOL, named('new'), disabled, undefined, signal)).toBe(false)
    expect(await table.get(POOL, named('new'), signal)).toEqual({ version: 1, item: user })
  })

  it('replaces an item only in the version that was read', async () => {
    const name = named('replaced')
    await table.putIf(POOL, name, user, undefined, signal)
    expect(await table.putIf(POOL, name, disabled, 1, signal)).toBe(true)
    expect(await table.putIf(POOL, name, user, 1, signal)).toBe(false)
    expect(await table.get(POOL, name, signal)).toEqual({ version: 2, item: disabled })
    expect(await table.putIf(POOL, named('absent'), user, 1, signal)).toBe(false)
    expect(await table.get(POOL, named('absent'), signal)).toBeUndefined()
  })

  it('lets one of many writers at the same time win', async () => {
    const writers = Array.from({ length: 20 }, () =>
      table.putIf(POOL, named('contended'), user, undefined, signal),
    )
    expect((await Promise.all(writers)).filter(Boolean)).toHaveLength(1)
  })

  it('keeps pools apart, and logins from identities', async () => {
    await table.putIf(POOL, named('same'), user, undefined, signal)
    expect(await table.get(`${POOL}0`, named('same'), signal)).toBeUndefined()
    expect(await table.get(POOL, { kind: 'login', name: 'same' }, signal)).toBeUndefined()
  })
})
