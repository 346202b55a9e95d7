/** The parameters that the actions of the STS Query API share. */
import {
  invalidRequest,
  MAX_MANAGED_POLICIES,
  type RequestFields,
  RULED_GRANT_PATTERN,
  TENANT_ID_PATTERN,
} from '@token-broker/core'

const VIRTUAL_ROLE = new RegExp(
  `^arn:aws:iam::000000000000:role/broker/(${TENANT_ID_PATTERN})/(${RULED_GRANT_PATTERN})$`,
)

/** What a caller requests beside the token. */
type Wanted = Omit<RequestFields, 'subjectToken' | 'tokenType'>

/** @throws {BrokerError} `invalid_request`, saying what to write instead */
export function readWanted(fields: ReadonlyMap<string, string>): Wanted {
  // An empty policy is malformed and not absent: an absent one gives the whole grant.
  const sessionPolicy = fields.get('Policy')
  const policyArns = readPolicyArns(fields)
  if (policyArns !== undefined && sessionPolicy === undefined)
    throw invalidRequest(
      "PolicyArns without Policy would drop the grant's own statements; send a Policy too.",
    )
  return {
    ...readRole(fields.get('RoleArn')),
    durationSeconds: readDuration(fields.get('DurationSeconds') || undefined),
    statements: undefined,
    ...(sessionPolicy === undefined ? {} : { sessionPolicy }),
    ...(policyArns === undefined ? {} : { policyArns }),
  }
}

/**
 * A role's own ARN, or one that names tenant and grant:
 * `arn:aws:iam::000000000000:role/broker/TENANT/GRANT`.
 */
function readRole(arn = ''): Pick<RequestFields, 'tenant' | 'grant' | 'roleArn'> {
  if (arn.length < 20 || arn.length > 2048)
    throw invalidRequest('RoleArn must be the ARN of a role.')
  const [, tenant, grant] = VIRTUAL_ROLE.exec(arn) ?? []
  if (tenant !== undefined) return { tenant, grant }
  return { tenant: undefined, grant: undefined, roleArn: arn }
}

/** Core checks the bounds, and refuses NaN, which represents anything but a number. */
function readDuration(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  return /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
}

function readPolicyArns(fields: ReadonlyMap<string, string>): string[] | undefined {
  const members = [...fields].filter(([name]) => name.startsWith('PolicyArns.'))
  if (members.length === 0) return undefined
  if (
    members.length > MAX_MANAGED_POLICIES ||
    !members.every(([name]) => /^PolicyArns\.member\.\d{1,2}\.arn$/.test(name))
  )
    throw invalidRequest(`PolicyArns.member.N.arn accepts at most ${MAX_MANAGED_POLICIES} ARNs.`)
  return members.map(([, arn]) => arn)
}
