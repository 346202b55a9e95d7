/** ARNs of tables, in the account and the region of the caller. */
import type { OperationResult, TableDescription } from 'dynalite/db/index.js'
import { AwsRefusal } from '../local-aws/aws-refusal.ts'
import type { Authenticated } from '../local-aws/signature/authenticate.ts'

/** The tables are the same for all accounts and regions. */
export interface AccountPlace {
  readonly partition: string
  readonly region: string
  /** Empty for a role without an account. */
  readonly account: string
}

const OWNER_ACCOUNT = '000000000000'

export function placeOfCaller({ session, region }: Authenticated): AccountPlace {
  const partition = session.role?.roleArn.split(':')[1] ?? 'aws'
  return { partition, region, account: session.role?.account ?? OWNER_ACCOUNT }
}

export function tableArn({ partition, region, account }: AccountPlace, name: string): string {
  return `arn:${partition}:dynamodb:${region}:${account}:table/${name}`
}

/** @throws {AwsRefusal} `ResourceNotFoundException` if it is not a table of the caller's account */
export function tableNameOfArn(place: AccountPlace, arn: string): string {
  const name = arn.slice(arn.lastIndexOf('/') + 1)
  if (arn === tableArn(place, name)) return name
  throw new AwsRefusal(
    400,
    'ResourceNotFoundException',
    'Requested resource not found: the ARN is not one of a table in the account and region of ' +
      'the caller',
  )
}

/** dynalite writes an account and a region of its own. */
export function withArnsOf(place: AccountPlace, result: OperationResult): OperationResult {
  const { Table, TableDescription: description } = result
  return {
    ...result,
    ...(Table ? { Table: withArns(place, Table) } : {}),
    ...(description ? { TableDescription: withArns(place, description) } : {}),
  }
}

function withArns(place: AccountPlace, table: TableDescription): TableDescription {
  const arn = tableArn(place, table.TableName)
  const rename = <Index extends { readonly IndexName: string }>(index: Index) => ({
    ...index,
    IndexArn: `${arn}/index/${index.IndexName}`,
  })
  const { GlobalSecondaryIndexes: global, LocalSecondaryIndexes: local } = table
  return {
    ...table,
    TableArn: arn,
    ...(global ? { GlobalSecondaryIndexes: global.map(rename) } : {}),
    ...(local ? { LocalSecondaryIndexes: local.map(rename) } : {}),
  }
}
