/**
 * Which claims the decisions of a tenant read: only these are recorded, so that a request can be
 * decided again and nothing else of its token is stored.
 */
import { type ClaimPath, readPaths } from '../expression/claim-paths.ts'
import type { CompiledTenant, RecordedPaths } from '../model/compiled-tenant.ts'
import type { Report } from './document-problem.ts'

/** What every verification reads, whatever the document says. */
const OF_EVERY_TOKEN = ['iss', 'aud', 'exp', 'iat', 'nbf', 'azp', 'client_id']
/** What the role mappings of a pool read where they have no rules. */
const OF_MAPPED_ROLES = ['cognito:roles', 'cognito:preferred_role']

type Decided = Omit<CompiledTenant, 'recordInputs' | 'certificate'>

/** Reports a condition that reads all claims: all of them would have to be recorded. */
export function compileRecordedPaths(tenant: Decided, report: Report): RecordedPaths {
  const paths = recordedPathsOf(tenant)
  if (paths) return paths
  report(
    ['recordInputs'],
    'a condition or an attribute reads all claims, and so all of them would be recorded',
    'name each claim in the expression, such as claims.org, or omit recordInputs',
  )
  return { claims: [], actorClaims: [] }
}

/** @returns undefined where an expression reads all claims of a token */
export function recordedPathsOf(tenant: Decided): RecordedPaths | undefined {
  const { issuers, opaqueIssuers = [], attributes, rules, denyRules = [] } = tenant
  const { identityPools = [] } = tenant
  const profiles = [...issuers.map(({ profile }) => profile), ...opaqueIssuers]
  const ofIssuers = [
    ...OF_EVERY_TOKEN.map((name) => [name]),
    ...profiles.map(({ subject }) => subject ?? ['sub']),
    ...profiles.flatMap((one) => one.authorizedPartyClaim ?? []).map((name) => [name]),
  ]
  const members = [...issuers, ...opaqueIssuers].flatMap(({ member }) => member ?? [])
  const expressions = [
    ...members,
    ...Object.values(attributes).map(({ from }) => from),
    ...[...rules, ...denyRules].flatMap(({ when }) => when ?? []),
  ]
  const mappings = identityPools.flatMap(({ roleMappings = {} }) => Object.values(roleMappings))
  const mapped = mappings.flatMap(({ rules: ofMapping }) =>
    ofMapping ? ofMapping.map(({ claim }) => claim) : OF_MAPPED_ROLES,
  )
  const claims = pathsOf(expressions, 'claims')
  const ofMembers = pathsOf(members, 'claims')
  const actors = pathsOf(expressions, 'actor')
  const ofActors = actors.flatMap(claimOfActor)
  if ([...claims, ...actors, ...ofActors].some((path) => path.length === 0)) return undefined
  return {
    claims: unique([...ofIssuers, ...claims, ...mapped.map((name) => [name])]),
    actorClaims: unique([...ofIssuers, ...ofMembers, ...ofActors]),
  }
}

/** Nothing for an expression with an error, which is reported where it is. */
function pathsOf(
  expressions: readonly string[],
  variable: 'claims' | 'actor',
): readonly ClaimPath[] {
  return expressions.flatMap((expression) => {
    try {
      return readPaths(expression, variable)
    } catch {
      return []
    }
  })
}

/** `actor.actor.claims.team` is a claim, and `actor.subject` is none. */
function claimOfActor(path: ClaimPath): readonly ClaimPath[] {
  const [name, ...rest] = path
  if (name === 'actor') return claimOfActor(rest)
  return name === 'claims' ? [rest] : []
}

function unique(paths: readonly ClaimPath[]): readonly ClaimPath[] {
  return [...new Map(paths.map((path) => [JSON.stringify(path), path])).values()]
}
