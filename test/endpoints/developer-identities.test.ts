/** Identities of a backend's own users: how the backend finds, merges and separates them. */
import { describe, expect, it } from 'vitest'
import { FRIENDS } from '../fixtures/pool-broker.ts'
import { exceptionOf, KEY_PAIR, PROVIDER, startDeveloperBroker } from './developer-broker.ts'

const broker = await startDeveloperBroker()
const { backend, tokenOf, lookUp, merge, unlink } = broker

describe('LookupDeveloperIdentity', () => {
  it('finds a user by identity, an identity by user, and both together', async () => {
    const { IdentityId } = await tokenOf('lea')
    const found = { IdentityId, DeveloperUserIdentifierList: ['lea'] }
    for (const body of [
      { IdentityId },
      { DeveloperUserIdentifier: 'lea' },
      { IdentityId, DeveloperUserIdentifier: 'lea' },
    ])
      expect((await lookUp(body)).json).toEqual(found)
    expect(broker.audit.at(-1)).toMatchObject({
      ...{ outcome: 'identified', operation: 'LookupDeveloperIdentity', identityId: IdentityId },
    })
    const other = { DeveloperUserIdentifier: 'ann', IdentityId }
    expect((await lookUp(other)).status).toBe(400)
  })

  it('pages through the users of a merged identity', async () => {
    const users = ['m1', 'm2', 'm3', 'm4', 'm5']
    for (const user of users) await tokenOf(user)
    for (const user of users.slice(1)) expect((await merge(user, 'm1')).status).toBe(200)
    const { IdentityId } = await tokenOf('m1')
    const listed: unknown[] = []
    let NextToken: unknown
    do {
      const { json } = await lookUp({ IdentityId, MaxResults: 2, NextToken })
      listed.push(...[json.DeveloperUserIdentifierList].flat())
      NextToken = json.NextToken
    } while (NextToken !== undefined)
    expect(listed.toSorted()).toEqual(users)
  })

  it('shows no public login, and nothing of identities without users of the backend', async () => {
    const token = await broker.friends.token({ sub: 'nik', aud: 'game' })
    const Logins = { [PROVIDER]: 'nik', [FRIENDS]: token }
    const { json } = await backend('GetOpenIdTokenForDeveloperIdentity', { Logins })
    const found = await lookUp({ IdentityId: json.IdentityId })
    expect(found.json.DeveloperUserIdentifierList).toEqual(['nik'])
    const missing = ['eu-central-1:00000000-1111-4222-8333-444455556666', await broker.guest()]
    for (const IdentityId of missing)
      expect(exceptionOf(await lookUp({ IdentityId }))).toBe('400 ResourceNotFoundException')
    expect(exceptionOf(await lookUp({}))).toBe('400 InvalidParameterException')
    expect(exceptionOf(await lookUp({ IdentityId: missing[0], MaxResults: 61 }))).toBe(
      '400 ValidationException',
    )
  })
})

describe('MergeDeveloperIdentities and UnlinkDeveloperIdentity', () => {
  it('merge two users for good, and separate one of them again', async () => {
    const [olga, paul] = [await tokenOf('olga'), await tokenOf('paul')]
    expect(olga.IdentityId).not.toBe(paul.IdentityId)
    const { json } = await merge('olga', 'paul')
    const IdentityId = String(json.IdentityId)
    expect(broker.audit.at(-1)).toMatchObject({ outcome: 'changed', identityId: IdentityId })
    for (const user of ['olga', 'paul']) expect((await tokenOf(user)).IdentityId).toBe(IdentityId)
    expect((await merge('olga', 'paul')).json).toEqual({ IdentityId })
    const unlinked = await unlink(IdentityId, 'olga')
    expect([unlinked.status, unlinked.json]).toEqual([200, {}])
    expect(broker.audit.at(-1)).toMatchObject({
      outcome: 'changed',
      backendKeyId: KEY_PAIR.accessKeyId,
    })
    expect((await tokenOf('olga')).IdentityId).not.toBe(IdentityId)
    expect((await tokenOf('paul')).IdentityId).toBe(IdentityId)
  })

  it('refuse users and identities that do not exist, or do not belong together', async () => {
    const { IdentityId } = await tokenOf('quin')
    const notFound = '400 ResourceNotFoundException'
    expect(exceptionOf(await merge('quin', 'nobody'))).toBe(notFound)
    expect(exceptionOf(await unlink(IdentityId, 'nobody'))).toBe(notFound)
    expect(exceptionOf(await unlink(IdentityId, 'ann'))).toBe(notFound)
    const other = { DeveloperProviderName: 'login.other' }
    const body = { IdentityId, DeveloperUserIdentifier: 'quin', ...other }
    expect(exceptionOf(await backend('UnlinkDeveloperIdentity', body))).toBe(
      '400 InvalidParameterException',
    )
    expect((await tokenOf('quin')).IdentityId).toBe(IdentityId)
  })
})

it('refuses backends where the pool has no developer provider', async () => {
  const plain = await startDeveloperBroker({ pool: { developerProvider: undefined } })
  const body = { DeveloperUserIdentifier: 'ann' }
  expect(exceptionOf(await plain.backend('LookupDeveloperIdentity', body))).toBe(
    '400 InvalidParameterException',
  )
  const { IdentityId, Token } = await tokenOf('ann')
  const refused = await plain.credentials(IdentityId, Token)
  expect(refused.json.message).toContain('Token is not from a supported provider')
})

it('is a misconfiguration where the broker has no table', async () => {
  const without = await startDeveloperBroker({}, { BROKER_IDENTITIES_TABLE: '' })
  const body = { DeveloperUserIdentifier: 'ann' }
  const refused = await without.backend('LookupDeveloperIdentity', body)
  expect(exceptionOf(refused)).toBe('400 InvalidIdentityPoolConfigurationException')
  expect(without.audit.at(-1)?.reason).toContain('BROKER_IDENTITIES_TABLE')
})

it('writes no secret of a key pair to a record or a message', () => {
  const all = [...broker.auditText, ...broker.errorText].join()
  expect(all).toContain(KEY_PAIR.accessKeyId)
  expect(all).not.toContain(KEY_PAIR.secretAccessKey)
})
