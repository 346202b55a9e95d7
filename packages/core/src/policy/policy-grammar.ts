/**
 * The grammar of the parts of a session policy: what STS refuses is found here first, with what to
 * write instead. Callers' policies and tenant documents are read with the same functions.
 * @see IAM User Guide, "Grammar of the IAM JSON policy language"
 */
import { POLICY_TEXT, STATEMENT_ID } from '../model/sts-limits.ts'
import { PARTITIONS } from './arn.ts'
import { parseConditionOperator, suggestConditionOperator } from './condition-operator.ts'
import { splitPolicyText } from './policy-text.ts'

/** What is wrong with one text of a policy. */
export interface PolicyProblem {
  readonly message: string
  /** What to write instead. */
  readonly hint: string
  /** Of the problems that the documentation explains one by one. */
  readonly id?: 'unknown-operator' | 'key-without-service' | 'incomplete-arn'
}

export function findTextProblem(text: string): PolicyProblem | undefined {
  if (POLICY_TEXT.test(text)) return undefined
  return {
    message: 'the text contains a character that STS does not accept in a policy',
    hint: 'use only characters up to U+00FF',
  }
}

/** An empty `Sid` counts as absent. */
export function findSidProblem(sid: string): PolicyProblem | undefined {
  if (sid === '' || STATEMENT_ID.test(sid)) return undefined
  return {
    message: `the Sid ${shorten(sid)} is not alphanumeric`,
    hint: 'write letters and digits only',
  }
}

/** The service is a whole name: STS refuses `s3*:GetObject`. */
const ACTION = /^(?:\*|\*:\*|[A-Za-z0-9-]+:[A-Za-z0-9*?_-]+)$/

export function findActionProblem(action: string): PolicyProblem | undefined {
  if (ACTION.test(action)) return undefined
  return {
    message: `${shorten(action)} is not an IAM action`,
    hint: 'write service:Name, such as s3:GetObject or s3:Get*',
  }
}

const SERVICE = /^[a-z0-9-]+$/
const REGION = /^[a-z0-9*?-]*$/
/** 12 digits, a word (`aws`), or the tenant of a bucket on Ceph. */
const ACCOUNT = /^[\w*?-]*$/
const WHOLE_ARN =
  'write arn:partition:service:region:account:resource, such as arn:aws:s3:::bucket/path'

/** @see IAM User Guide, "IAM JSON policy elements: Resource" */
export function findResourceProblem(resource: string): PolicyProblem | undefined {
  if (resource === '*') return undefined
  const [prefix, partition = '', service = '', region = '', account = '', ...rest] =
    resource.split(':')
  if (prefix !== 'arn')
    return {
      message: `${shorten(resource)} is not a resource`,
      hint: 'write * or an ARN: arn:aws:s3:::bucket/path',
    }
  const beforeResource = [partition, service, region, account].join(':')
  if (beforeResource.includes('$'))
    return {
      message: 'a variable appears before the fifth colon of an ARN',
      hint: 'use variables in the last part: arn:aws:s3:::bucket/${aws:PrincipalTag/team}/*',
    }
  if (rest.length === 0 || (rest.length === 1 && rest[0] === ''))
    return {
      message: `${shorten(resource)} is an incomplete ARN`,
      hint: WHOLE_ARN,
      id: 'incomplete-arn',
    }
  if (!PARTITIONS.includes(partition) && !/^[a-z*?-]*[*?][a-z*?-]*$/.test(partition))
    return {
      message: `unknown partition ${shorten(partition)}`,
      hint: `write one of: ${PARTITIONS.join(', ')}`,
    }
  if (!SERVICE.test(service))
    return {
      message: `${shorten(service)} is not a service in an ARN`,
      hint: 'write the service in lower case and without wildcards: arn:aws:s3:::bucket/path',
    }
  if (!REGION.test(region) || !ACCOUNT.test(account))
    return {
      message: `the region or account of ${shorten(resource)} is not valid`,
      hint: WHOLE_ARN,
    }
  // Of S3, only resources with an account, such as access points, have a region.
  if (region !== '' && (service === 'iam' || (service === 's3' && account === '')))
    return {
      message: `the ARN of ${service} has no region`,
      hint: `write arn:${partition}:${service}::${account}:${shorten(rest.join(':'))}`,
    }
  return findVariableProblem(rest.join(':'))
}

/** Also for the values of string, ARN and Boolean conditions. */
export function findVariableProblem(text: string): PolicyProblem | undefined {
  if (splitPolicyText(text) !== undefined) return undefined
  return {
    message: 'the text contains a ${…} that is not an IAM policy variable',
    hint: "write ${aws:name}, ${aws:name, 'default'}, ${*}, ${?} or ${$}",
  }
}

export function findOperatorProblem(operator: string): PolicyProblem | undefined {
  if (parseConditionOperator(operator) !== undefined) return undefined
  const similar = suggestConditionOperator(operator)
  return {
    message: `unknown condition operator ${shorten(operator)}`,
    hint:
      similar === undefined
        ? 'write an operator such as StringEquals or ForAnyValue:StringLike'
        : `did you mean ${similar}?`,
    id: 'unknown-operator',
  }
}

/** The service of a key may be an issuer; the name may be a tag's, with almost any character. */
const CONDITION_KEY = /^[A-Za-z0-9][\w./-]*:[^\s*?${}](?:[^*?${}]*[^\s*?${}])?$/
const KEY_HINT = 'write service:name, such as aws:SourceIp or s3:prefix'

export function findConditionKeyProblem(key: string): PolicyProblem | undefined {
  if (CONDITION_KEY.test(key)) return undefined
  if (key === '') return { message: 'a condition key is empty', hint: KEY_HINT }
  if (!key.includes(':'))
    return {
      message: `the condition key ${shorten(key)} has no service`,
      hint: KEY_HINT,
      id: 'key-without-service',
    }
  return { message: `${shorten(key)} is not a condition key`, hint: KEY_HINT }
}

/** @returns the first two keys that IAM does not distinguish, because it ignores their case */
export function findCaseDuplicate(names: readonly string[]): PolicyProblem | undefined {
  const known = new Map<string, string>()
  for (const name of names) {
    const other = known.get(name.toLowerCase())
    if (other !== undefined)
      return {
        message: `${shorten(other)} and ${shorten(name)} differ only in case`,
        hint: 'keep one of them, with all values',
      }
    known.set(name.toLowerCase(), name)
  }
  return undefined
}

/** Long enough to recognise a text in one's own policy, and printable. */
function shorten(text: string): string {
  const printable = text.replace(/\p{C}/gu, '?')
  return printable.length > 80 ? `${printable.slice(0, 80)}…` : printable
}
