/** Guards of SAML responses at the endpoints, and of what callers of `AssumeRoleWithSAML` name. */
import type { Mutant } from './mutant.ts'

export const SAML_REQUEST_MUTANTS: readonly Mutant[] = [
  {
    guard: 'tenant: the SAML provider that the caller names',
    find: 'principalArn === requested',
    replace: 'true',
  },
  {
    guard: 'request: a SAML response is not another kind of token',
    find: 'tokenType === undefined && SAML_IN_BASE64.test(subjectToken)',
    replace: 'subjectToken === undefined',
  },
  {
    guard: 'assertion: the session ends with that of the identity provider',
    find: "if (typeof end !== 'number') return {}",
    replace: "if (typeof end !== 'object') return {}",
  },
  {
    guard: 'document: the ARN of a SAML provider is of an AWS account',
    find: 'if (account === VIRTUAL_ACCOUNT)',
    replace: "if (account === 'none')",
  },
]

export const SAML_ENDPOINT_MUTANTS: readonly Mutant[] = [
  {
    guard: 'AssumeRoleWithSAML: the form of PrincipalArn',
    find: '!SAML_PROVIDER_ARN.test(principalArn)',
    replace: "principalArn === 'none'",
  },
  {
    guard: 'AssumeRoleWithSAML: the token is a SAML response, and nothing else',
    find: "return { subjectToken, tokenType: 'saml2', principalArn }",
    replace: 'return { subjectToken, principalArn }',
  },
  {
    guard: 'token exchange: the type saml2 is a SAML response, and nothing else',
    find: "...(subjectType === SAML2 ? { tokenType: 'saml2' } : {}),",
    replace: '',
  },
  {
    guard: 'SAML metadata: the URL is escaped',
    find: 'entityID="${escapeXml(url + METADATA_PATH)}"',
    replace: 'entityID="${url + METADATA_PATH}"',
  },
]
