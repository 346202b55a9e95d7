/** Which action on which resource IAM checked for an event of CloudTrail. */
import { canBeOfForm, type IamCatalogue, type ServiceData } from '@token-broker/core/lint'
import { OTHER_ACTIONS, S3_ACTIONS, S3_VERSION_ACTIONS, SERVICE_PREFIXES } from './action-names.ts'
import type { CloudTrailEvent } from './cloudtrail-event.ts'
import { readDenialReason, type StatedPolicy } from './denial-reason.ts'

export interface EventRequest {
  /** Such as `s3:GetObject`; undefined: it is not known which one. */
  readonly action: string | undefined
  /** An ARN, or `*` for an action without resources; undefined: it is not known. */
  readonly resource: string | undefined
  /** What AWS says about the refusal, where it does. */
  readonly stated: StatedPolicy | undefined
}

/** By AWS's own message, and else by the name, the resources and the parameters of the event. */
export function requestOfEvent(event: CloudTrailEvent, catalogue: IamCatalogue): EventRequest {
  const reason = readDenialReason(event.errorMessage)
  const action = reason?.action ?? actionOf(event, catalogue)
  const resource = reason?.resource ?? (action && resourceOf(event, action, catalogue))
  return { action, resource, stated: reason?.policy }
}

/** Lambda and CloudFront add the version of their API: `GetFunction20150331v2`. */
const API_VERSION = /\d{4}_?\d{2}_?\d{2}(?:v\d+)?$/

function actionOf(
  { source, name, parameters }: CloudTrailEvent,
  { services }: IamCatalogue,
): string | undefined {
  const host = source.replace(/\.amazonaws\.com(?:\.cn)?$/, '').toLowerCase()
  const prefix = Object.hasOwn(SERVICE_PREFIXES, host) ? (SERVICE_PREFIXES[host] ?? '') : host
  const service = services.get(prefix)
  const base = name.replace(API_VERSION, '')
  const renamed =
    prefix === 's3' ? s3Action(base, parameters) : ofOwn(OTHER_ACTIONS, `${prefix}:${base}`)
  const found = service && findAction(service, renamed ?? base)
  return found === undefined ? undefined : `${prefix}:${found}`
}

function s3Action(name: string, parameters: CloudTrailEvent['parameters']): string {
  const action = Object.hasOwn(S3_ACTIONS, name) ? (S3_ACTIONS[name] ?? '') : name
  const isOfVersion = typeof parameters.versionId === 'string' && parameters.versionId !== ''
  return (
    isOfVersion && Object.hasOwn(S3_VERSION_ACTIONS, action) ? S3_VERSION_ACTIONS[action] : action
  ) as string
}

function ofOwn(names: Readonly<Record<string, string>>, key: string): string | undefined {
  const lower = key.toLowerCase()
  return Object.hasOwn(names, lower) ? names[lower] : undefined
}

/** As the catalogue writes it. */
function findAction({ actions }: ServiceData, name: string): string | undefined {
  const lower = name.toLowerCase()
  return Object.keys(actions).find((action) => action.toLowerCase() === lower)
}

function resourceOf(
  event: CloudTrailEvent,
  action: string,
  { services }: IamCatalogue,
): string | undefined {
  const [prefix = '', name = ''] = action.split(':')
  const service = services.get(prefix.toLowerCase())
  const known = service && findAction(service, name)
  if (service === undefined || known === undefined) return undefined
  const types = service.actions[known] ?? []
  if (types.length === 0) return '*'
  const forms = types.flatMap((type) => service.resourceTypes[type] ?? [])
  return possibleResources(event).find((arn) => forms.some((form) => canBeOfForm(arn, form, true)))
}

/** The most exact ones first. */
function possibleResources(event: CloudTrailEvent): readonly string[] {
  const named = event.resources.flatMap(({ arn }) => arn ?? [])
  return [...resourcesInParameters(event), ...named].filter((arn) => /^arn:/.test(arn))
}

function resourcesInParameters(event: CloudTrailEvent): readonly string[] {
  const { source, parameters, region, recipientAccount, caller } = event
  const partition = caller.arn?.split(':')[1] ?? 'aws'
  const text = (name: string) => (typeof parameters[name] === 'string' ? parameters[name] : '')
  if (source === 's3.amazonaws.com') {
    const bucket = text('bucketName')
    if (bucket === '') return []
    const arn = `arn:${partition}:s3:::${bucket}`
    return text('key') === '' ? [arn] : [`${arn}/${text('key')}`, arn]
  }
  if (source === 'dynamodb.amazonaws.com') {
    const [table, index] = [text('tableName'), text('indexName')]
    if (table === '' || region === undefined || recipientAccount === undefined) return []
    const arn = table.startsWith('arn:')
      ? table
      : `arn:${partition}:dynamodb:${region}:${recipientAccount}:table/${table}`
    return index === '' ? [arn] : [`${arn}/index/${index}`, arn]
  }
  return []
}
