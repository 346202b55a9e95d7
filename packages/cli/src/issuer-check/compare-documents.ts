/** What tenant documents say about an issuer, compared with what the issuer publishes. */
import type { CompiledTenant, VerificationProfile } from '@token-broker/core'
import { type CheckResult, failed, ok, warning } from '../checks/check-result.ts'
import type { IssuerReport } from './check-issuer.ts'

/** The first profile of the issuer in the documents, by which its keys are found. */
export function profileIn(
  tenants: readonly CompiledTenant[],
  issuer: string,
): VerificationProfile | undefined {
  return tenants
    .flatMap(({ issuers }) => issuers)
    .find(({ profile }) => profile.issuer === issuer && profile.keys.from !== 'inline')?.profile
}

export function compareWithDocuments(
  tenants: readonly CompiledTenant[],
  report: IssuerReport,
): readonly CheckResult[] {
  const { issuer } = report
  const results = tenants.flatMap(({ tenant, issuers }) =>
    issuers.flatMap(({ profile }) => {
      if (profile.issuer === issuer) return compareProfile(tenant, profile, report)
      if (withoutDetails(profile.issuer) !== withoutDetails(issuer)) return []
      return [
        failed(
          nameOf(tenant),
          `trusts ${profile.issuer}, which is another issuer than ${issuer}`,
          'write exactly the iss of the tokens, with or without a slash at its end',
        ),
      ]
    }),
  )
  if (results.length > 0) return results
  const fix = 'add the issuer to the document of a tenant'
  return [warning('documents', `no document trusts ${issuer}`, fix)]
}

const nameOf = (tenant: string) => `tenant ${tenant}`
const withoutDetails = (issuer: string) => issuer.toLowerCase().replace(/\/$/, '')

function compareProfile(
  tenant: string,
  profile: VerificationProfile,
  { keys = [], algorithms }: IssuerReport,
): readonly CheckResult[] {
  const check = nameOf(tenant)
  const usable = keys.filter((key) => key.algorithms.length > 0)
  const results: CheckResult[] = []
  if (profile.keys.from === 'inline' && usable.length > 0)
    results.push(...compareKeys(check, profile.keys.jwks, usable))
  const isAccepted = (names: readonly string[]) =>
    names.some((name) => profile.algorithms.includes(name))
  const unused = usable.filter((key) => !isAccepted(key.algorithms))
  if (usable.length > 0 && unused.length === usable.length)
    results.push(
      failed(
        check,
        `accepts ${profile.algorithms.join(', ')}, for which the issuer has no key`,
        `write algorithms: [${algorithms.join(', ')}]`,
      ),
    )
  else if (unused.length > 0)
    results.push(
      warning(
        check,
        `accepts no algorithm of the keys ${unused.map(({ kid, type }) => kid ?? type).join(', ')}`,
        'if tokens are signed with them, add their algorithms',
      ),
    )
  return results.length > 0 ? results : [ok(check, 'trusts this issuer, and its keys fit')]
}

function compareKeys(
  check: string,
  listed: readonly { readonly kid?: string }[],
  published: readonly { readonly kid?: string }[],
): readonly CheckResult[] {
  const missing = published.filter(({ kid }) => !listed.some((key) => key.kid === kid))
  const old = listed.filter(({ kid }) => !published.some((key) => key.kid === kid))
  const ids = (keys: typeof listed) => keys.map(({ kid }) => kid ?? 'a key without kid').join(', ')
  return [
    ...(missing.length === 0
      ? []
      : [
          failed(
            check,
            `lists keys, and not the published ${ids(missing)}: its tokens are refused`,
            'remove verify.keys, so that the broker fetches the keys; or add these',
          ),
        ]),
    ...(old.length === 0
      ? []
      : [
          warning(
            check,
            `lists ${ids(old)}, which the issuer does not publish (any more)`,
            'remove the key if the issuer has replaced it',
          ),
        ]),
  ]
}
