/** Reads events of CloudTrail, as far as an explanation uses them. No text of them is trusted. */
import { isRecordObject } from '../read-record.ts'

/** @see CloudTrail User Guide, "CloudTrail record contents" and "userIdentity element" */
export interface CloudTrailEvent {
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly timeMs: number
  /** Such as `s3.amazonaws.com`. */
  readonly source: string
  /** Such as `GetObject`. */
  readonly name: string
  readonly region: string | undefined
  /** An address, or the name of an AWS service. */
  readonly sourceAddress: string | undefined
  readonly userAgent: string | undefined
  /** Undefined: the request succeeded. */
  readonly errorCode: string | undefined
  readonly errorMessage: string | undefined
  readonly parameters: Readonly<Record<string, unknown>>
  readonly resources: readonly EventResource[]
  readonly caller: EventCaller
  readonly hasTls: boolean
  readonly vpcEndpointId: string | undefined
  readonly recipientAccount: string | undefined
  /** Of AssumeRoleWithWebIdentity. */
  readonly issued: IssuedSession | undefined
}

interface EventResource {
  /** One of both is absent: events of a bucket name a prefix. */
  readonly arn: string | undefined
  readonly arnPrefix: string | undefined
  readonly account: string | undefined
}

interface EventCaller {
  readonly accessKeyId: string | undefined
  readonly arn: string | undefined
  /** `AROA…:session name`, which is the condition key `aws:userid`. */
  readonly principalId: string | undefined
  readonly sessionIssuedAt: string | undefined
  readonly sourceIdentity: string | undefined
  readonly federatedProvider: string | undefined
  /** The AWS service that sent the request for the caller. */
  readonly invokedBy: string | undefined
}

interface IssuedSession {
  readonly accessKeyId: string
  readonly assumedRoleArn: string | undefined
}

const DENIALS = /^(?:Client\.)?(?:AccessDenied(?:Exception)?|UnauthorizedOperation|NotAuthorized)$/
const OTHER_DENIALS = /^(?:AuthorizationError(?:Exception)?|NotAuthorizedException|Forbidden)$/

/** Services name the same refusal differently. */
export function isDenial({ errorCode = '' }: CloudTrailEvent): boolean {
  return DENIALS.test(errorCode) || OTHER_DENIALS.test(errorCode)
}

/** @returns undefined for what is no event */
export function readCloudTrailEvent(value: unknown): CloudTrailEvent | undefined {
  if (!isRecordObject(value)) return undefined
  const { eventTime, eventSource, eventName } = value
  if (typeof eventSource !== 'string' || typeof eventName !== 'string') return undefined
  const timeMs = typeof eventTime === 'string' ? Date.parse(eventTime) : Number.NaN
  if (Number.isNaN(timeMs)) return undefined
  return {
    id: textOr(value.eventID) ?? '',
    timeMs,
    source: eventSource,
    name: eventName,
    region: textOr(value.awsRegion),
    sourceAddress: textOr(value.sourceIPAddress),
    userAgent: textOr(value.userAgent),
    errorCode: textOr(value.errorCode),
    errorMessage: textOr(value.errorMessage),
    parameters: objectOr(value.requestParameters),
    resources: Array.isArray(value.resources)
      ? value.resources.filter(isRecordObject).map(readResource)
      : [],
    caller: readCaller(objectOr(value.userIdentity)),
    hasTls: textOr(objectOr(value.tlsDetails).tlsVersion) !== undefined,
    vpcEndpointId: textOr(value.vpcEndpointId),
    recipientAccount: textOr(value.recipientAccountId),
    issued: readIssued(objectOr(value.responseElements)),
  }
}

function readResource(resource: Readonly<Record<string, unknown>>): EventResource {
  return {
    // In the events of some services, the first letter of the member is in lower case.
    arn: textOr(resource.ARN) ?? textOr(resource.arn),
    arnPrefix: textOr(resource.ARNPrefix),
    account: textOr(resource.accountId),
  }
}

function readCaller(identity: Readonly<Record<string, unknown>>): EventCaller {
  const session = objectOr(identity.sessionContext)
  return {
    accessKeyId: textOr(identity.accessKeyId),
    arn: textOr(identity.arn),
    principalId: textOr(identity.principalId),
    sessionIssuedAt: textOr(objectOr(session.attributes).creationDate),
    sourceIdentity: textOr(session.sourceIdentity),
    federatedProvider: textOr(objectOr(session.webIdFederationData).federatedProvider),
    invokedBy: textOr(identity.invokedBy),
  }
}

function readIssued(response: Readonly<Record<string, unknown>>): IssuedSession | undefined {
  const accessKeyId = textOr(objectOr(response.credentials).accessKeyId)
  return accessKeyId === undefined
    ? undefined
    : { accessKeyId, assumedRoleArn: textOr(objectOr(response.assumedRoleUser).arn) }
}

function textOr(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function objectOr(value: unknown): Readonly<Record<string, unknown>> {
  return isRecordObject(value) ? value : {}
}
