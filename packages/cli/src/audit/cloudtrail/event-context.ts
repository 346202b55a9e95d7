/** The condition keys of a request, as far as its event and the record of its session have them. */
import { isIP } from 'node:net'
import type { RequestContextKeys } from '@token-broker/core/explain-request'
import { isRecordObject, type WrittenRecord } from '../read-record.ts'
import type { CloudTrailEvent } from './cloudtrail-event.ts'

type Entry = readonly [key: string, values: readonly string[]]

/**
 * Keys in lower case. A key that the request may have had, and that neither says, has no entry: the
 * evaluation is then `unknown` where it matters.
 * @see IAM User Guide, "AWS global condition context keys"
 */
export function eventContext(
  event: CloudTrailEvent,
  action: string,
  record: WrittenRecord,
): RequestContextKeys {
  return new Map([
    ...principalEntries(event, record),
    ...requestEntries(event),
    ...(action.startsWith('s3:') ? s3Entries(event, action) : []),
    ...(action.startsWith('dynamodb:') ? dynamoDbEntries(event) : []),
  ])
}

function principalEntries({ caller }: CloudTrailEvent, record: WrittenRecord): Entry[] {
  const { roleArn, sourceIdentity, sessionTags, webIdentity } = record
  const account = typeof roleArn === 'string' ? roleArn.split(':')[4] : undefined
  // With pass-through, the source identity and the tags are those of the caller's own token.
  const isMinted = isRecordObject(webIdentity)
  const tags = isMinted && isRecordObject(sessionTags) ? Object.entries(sessionTags) : []
  const source = caller.sourceIdentity ?? (isMinted ? (sourceIdentity ?? null) : undefined)
  return [
    ['aws:principaltype', ['AssumedRole']],
    ['aws:principalisawsservice', ['false']],
    ['aws:username', []],
    ...known('aws:principalarn', roleArn),
    ...known('aws:principalaccount', account),
    ...known('aws:userid', caller.principalId),
    ...known('aws:federatedprovider', caller.federatedProvider),
    ...known('aws:tokenissuetime', caller.sessionIssuedAt),
    ...(source === null
      ? [['aws:sourceidentity', []] as const]
      : known('aws:sourceidentity', source)),
    ...tags.flatMap(([key, value]) => known(`aws:principaltag/${key.toLowerCase()}`, value)),
  ]
}

function requestEntries(event: CloudTrailEvent): Entry[] {
  const { sourceAddress = '', timeMs, caller, vpcEndpointId, resources } = event
  const isDirect = caller.invokedBy === undefined && isIP(sourceAddress) !== 0
  const account = resources.find((one) => one.account !== undefined)?.account
  return [
    ['aws:currenttime', [new Date(timeMs).toISOString().replace(/\.\d+Z$/, 'Z')]],
    ['aws:epochtime', [String(Math.floor(timeMs / 1000))]],
    ['aws:viaawsservice', [String(caller.invokedBy !== undefined)]],
    ...(isDirect ? known('aws:sourceip', sourceAddress) : []),
    ...known('aws:useragent', event.userAgent?.replace(/^\[(.*)\]$/s, '$1')),
    ...known('aws:requestedregion', event.region),
    ...known('aws:sourcevpce', vpcEndpointId),
    ...known('aws:resourceaccount', account),
    ...(event.hasTls ? [['aws:securetransport', ['true']] as const] : []),
  ]
}

const LISTS = ['s3:ListBucket', 's3:ListBucketVersions']

/** The event has all parameters of the query, so that one which is missing was not sent. */
function s3Entries({ parameters }: CloudTrailEvent, action: string): Entry[] {
  const listed = LISTS.includes(action) ? ['prefix', 'delimiter', 'max-keys'] : []
  return [
    ...listed.map((name): Entry => {
      const value = parameters[name]
      return [`s3:${name}`, value === undefined ? [] : [String(value)]]
    }),
    ...known('s3:versionid', parameters.versionId),
    ...Object.entries(parameters).flatMap(([name, value]) =>
      /^x-amz-[a-z-]+$/.test(name) ? known(`s3:${name}`, value) : [],
    ),
  ]
}

/** With two attributes, the event does not say which of them is the partition key. */
function dynamoDbEntries({ parameters }: CloudTrailEvent): Entry[] {
  const values = isRecordObject(parameters.key) ? Object.values(parameters.key) : []
  return values.length === 1 ? known('dynamodb:leadingkeys', values[0]) : []
}

function known(key: string, value: unknown): Entry[] {
  return typeof value === 'string' && value !== '' ? [[key, [value]]] : []
}
