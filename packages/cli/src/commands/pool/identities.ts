/** `token-broker pool`: lists, describes, disables and deletes the linked identities of a pool. */
import {
  deleteIdentity,
  disableIdentity,
  type EndResult,
  type IdentityItem,
  loginsOf,
  membersOf,
  runSteps,
  type Steps,
} from '@token-broker/core/linking'
import { LINK_SHARDS, linksPartition, readLinkItem } from '@token-broker/functions/identity-links'
import { EXIT, UsageError } from '../../cli-error.ts'
import type { CommandCall } from '../../command-line/declaration.ts'
import { operatorLinks } from '../../pool/operator-links.ts'
import { readIdentityId, readPoolId } from '../../pool/pool-ids.ts'
import { TenantError } from '../../tenant/tenant-error.ts'
import { printColumns, printJson } from '../../terminal.ts'
import type { TableOption } from '../tenant/table-options.ts'
import { withTable } from '../tenant/with-table.ts'

type IdentityCall<Option extends string = never> = CommandCall<TableOption | 'pool' | Option>

const SORT_KEY_PREFIX = 'identity#'

/** Guests who never signed in have no item, and are not listed. */
export async function listIdentities(call: IdentityCall<'format'>): Promise<number> {
  const pool = readPoolId(call.option('pool'))
  return withTable(call, async (table) => {
    const pages = await Promise.all(
      LINK_SHARDS.map((shard) => table.query(linksPartition(pool, shard), SORT_KEY_PREFIX)),
    )
    const identities = pages.flat().flatMap((attributes) => {
      const { item } = readLinkItem(attributes)
      const id = (attributes.sk?.S ?? '').slice(SORT_KEY_PREFIX.length)
      return item.kind === 'identity' ? [{ id, ...summaryOf(item) }] : []
    })
    identities.sort((a, b) => (a.id < b.id ? -1 : 1))
    if (call.option('format') === 'json') printJson(call.terminal, identities)
    else
      printColumns(
        call.terminal,
        identities.map(({ id, state, createdAt, providers, mergedInto }) => [
          ...[id, state, createdAt, providers.join(' ')],
          ...(mergedInto === undefined ? [] : [`into ${mergedInto}`]),
        ]),
      )
    return EXIT.done
  })
}

/** Shows providers; subjects are not stored, except those of developer identities. */
export async function describeIdentity(call: IdentityCall<'format'>): Promise<number> {
  const pool = readPoolId(call.option('pool'))
  const id = readIdentityId(call.operands[0] ?? '', pool)
  return withTable(call, async (table) => {
    const links = operatorLinks(table, pool)
    const stored = await links.get({ kind: 'identity', name: id })
    if (stored?.item.kind !== 'identity')
      throw new UsageError(
        `the table has no identity ${id}: it may be a guest who never signed in, or an identity ` +
          'of another pool',
      )
    const members = await runSteps(membersOf(id), links)
    const logins = await runSteps(loginsOf(id), links)
    const description = {
      ...{ id, ...summaryOf(stored.item) },
      logins: logins.map(({ provider, subject, memberId }) => ({
        ...{ provider, identity: memberId },
        ...(subject === undefined ? {} : { developerUserIdentifier: subject }),
      })),
      merged: members.map((member) => member.id).filter((member) => member !== id),
    }
    if (call.option('format') === 'json') printJson(call.terminal, description)
    else
      printColumns(call.terminal, [
        ['id', id],
        ['state', description.state],
        ['created', description.createdAt],
        ...(description.mergedInto === undefined ? [] : [['merged into', description.mergedInto]]),
        ...logins.map(({ provider, subject }) => [
          'login',
          provider,
          ...(subject ? [subject] : []),
        ]),
        ...description.merged.map((member) => ['merged', member]),
      ])
    return EXIT.done
  })
}

export async function disableIdentityOf(call: IdentityCall): Promise<number> {
  return end(call, disableIdentity)
}

export async function deleteIdentityOf(call: IdentityCall): Promise<number> {
  return end(call, deleteIdentity)
}

async function end(
  call: IdentityCall,
  change: (id: string, nowSeconds: number) => Steps<EndResult>,
): Promise<number> {
  const pool = readPoolId(call.option('pool'))
  const id = readIdentityId(call.operands[0] ?? '', pool)
  return withTable(call, async (table) => {
    const nowSeconds = Math.floor(Date.now() / 1000)
    const result = await runSteps(change(id, nowSeconds), operatorLinks(table, pool))
    if ('refused' in result)
      throw new TenantError(`${id} is changed by other requests; try again`, EXIT.conflict)
    if ('mergedInto' in result)
      throw new UsageError(`${id} is merged into ${result.mergedInto}; name that one`)
    call.terminal.print(
      `${id}: ${result.ended}; sessions that were issued before are valid until they expire\n`,
    )
    return EXIT.done
  })
}

interface IdentitySummary {
  readonly state: IdentityItem['state']
  readonly createdAt: string
  readonly providers: readonly string[]
  readonly mergedInto?: string
}

function summaryOf({ state, born, slots, into }: IdentityItem): IdentitySummary {
  const mergedInto = state === 'merged' ? into : undefined
  return {
    state,
    createdAt: new Date(born * 1000).toISOString(),
    providers: Object.keys(slots),
    ...(mergedInto === undefined ? {} : { mergedInto }),
  }
}
