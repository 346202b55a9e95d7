/**
 * Reads what the AWS CLI prints of an identity pool of Amazon Cognito.
 * @see Amazon Cognito API Reference, `DescribeIdentityPool`, `GetIdentityPoolRoles` and
 *   `GetPrincipalTagAttributeMap`
 */
import { UsageError } from '../../cli-error.ts'
import {
  flagField,
  objectField,
  objectsField,
  optionalText,
  readFields,
  textField,
  textMapField,
  textsField,
} from './json-fields.ts'

export interface CognitoPool {
  readonly id: string
  readonly name: string
  readonly allowsGuests: boolean
  readonly allowsClassicFlow: boolean
  /** Client ids by provider, such as `accounts.google.com`. */
  readonly socialProviders: Readonly<Record<string, string>>
  readonly developerProvider: string | undefined
  readonly oidcProviderArns: readonly string[]
  readonly samlProviderArns: readonly string[]
  readonly userPools: readonly CognitoUserPool[]
  readonly tagKeys: readonly string[]
  /** Fields that this program does not know. */
  readonly unknownFields: readonly string[]
}

export interface CognitoUserPool {
  /** `cognito-idp.REGION.amazonaws.com/USER_POOL` */
  readonly provider: string
  readonly clientId: string
  readonly serverSideTokenCheck: boolean
}

export interface CognitoRoles {
  readonly authenticated: string | undefined
  readonly unauthenticated: string | undefined
  readonly mappings: readonly CognitoRoleMapping[]
}

export interface CognitoRoleMapping {
  /** A provider; that of a user pool ends with `:` and the client id, that of IAM is an ARN. */
  readonly provider: string
  readonly type: 'Token' | 'Rules'
  readonly ambiguous: 'AuthenticatedRole' | 'Deny'
  readonly rules: readonly CognitoMappingRule[]
}

interface CognitoMappingRule {
  readonly claim: string
  readonly match: string
  readonly value: string
  readonly role: string
}

export interface CognitoPrincipalTags {
  readonly provider: string
  readonly usesDefaults: boolean
  /** Claims by tag key. */
  readonly tags: Readonly<Record<string, string>>
}

const POOL_FIELDS = [
  ...['IdentityPoolId', 'IdentityPoolName', 'AllowUnauthenticatedIdentities', 'AllowClassicFlow'],
  ...['SupportedLoginProviders', 'DeveloperProviderName', 'OpenIdConnectProviderARNs'],
  ...['CognitoIdentityProviders', 'SamlProviderARNs', 'IdentityPoolTags', 'ResponseMetadata'],
]

/** @throws {UsageError} if the text is not what `describe-identity-pool` prints */
export function readCognitoPool(text: string, file: string): CognitoPool {
  const fields = readFields(text, file, 'aws cognito-identity describe-identity-pool')
  return {
    id: textField(fields, 'IdentityPoolId'),
    name: textField(fields, 'IdentityPoolName'),
    allowsGuests: flagField(fields, 'AllowUnauthenticatedIdentities'),
    allowsClassicFlow: flagField(fields, 'AllowClassicFlow'),
    socialProviders: textMapField(fields, 'SupportedLoginProviders'),
    developerProvider: optionalText(fields, 'DeveloperProviderName'),
    oidcProviderArns: textsField(fields, 'OpenIdConnectProviderARNs'),
    samlProviderArns: textsField(fields, 'SamlProviderARNs'),
    userPools: objectsField(fields, 'CognitoIdentityProviders').map((userPool) => ({
      provider: textField(userPool, 'ProviderName'),
      clientId: textField(userPool, 'ClientId'),
      serverSideTokenCheck: flagField(userPool, 'ServerSideTokenCheck'),
    })),
    tagKeys: Object.keys(objectField(fields, 'IdentityPoolTags').members),
    unknownFields: Object.keys(fields.members).filter((field) => !POOL_FIELDS.includes(field)),
  }
}

/**
 * @param poolId of the pool that the roles must belong to
 * @throws {UsageError} if the text is not what `get-identity-pool-roles` prints for this pool
 */
export function readCognitoRoles(text: string, file: string, poolId: string): CognitoRoles {
  const fields = readFields(text, file, 'aws cognito-identity get-identity-pool-roles')
  requirePool(textField(fields, 'IdentityPoolId'), poolId, file)
  const roles = objectField(fields, 'Roles')
  const mappings = objectField(fields, 'RoleMappings')
  return {
    authenticated: optionalText(roles, 'authenticated'),
    unauthenticated: optionalText(roles, 'unauthenticated'),
    mappings: Object.keys(mappings.members).map((provider) => {
      const mapping = objectField(mappings, provider)
      const rules = objectsField(objectField(mapping, 'RulesConfiguration'), 'Rules')
      return {
        provider,
        type: oneOf(textField(mapping, 'Type'), ['Token', 'Rules'], mapping.name),
        // Absent is not documented: nothing is given then.
        ambiguous: oneOf(
          optionalText(mapping, 'AmbiguousRoleResolution') ?? 'Deny',
          ['AuthenticatedRole', 'Deny'],
          mapping.name,
        ),
        rules: rules.map((rule) => ({
          claim: textField(rule, 'Claim'),
          match: textField(rule, 'MatchType'),
          value: textField(rule, 'Value'),
          role: textField(rule, 'RoleARN'),
        })),
      }
    }),
  }
}

/** @throws {UsageError} if the text is not what `get-principal-tag-attribute-map` prints */
export function readCognitoTags(text: string, file: string, poolId: string): CognitoPrincipalTags {
  const fields = readFields(text, file, 'aws cognito-identity get-principal-tag-attribute-map')
  requirePool(textField(fields, 'IdentityPoolId'), poolId, file)
  return {
    provider: textField(fields, 'IdentityProviderName'),
    usesDefaults: flagField(fields, 'UseDefaults'),
    tags: textMapField(fields, 'PrincipalTags'),
  }
}

function requirePool(found: string, expected: string, file: string): void {
  if (found !== expected)
    throw new UsageError(`${file}: it is of the pool ${found}: expected that of ${expected}`)
}

function oneOf<Value extends string>(text: string, values: readonly Value[], name: string): Value {
  const value = values.find((one) => one === text)
  if (value !== undefined) return value
  throw new UsageError(`${name}: found ${text}: expected one of ${values.join(', ')}`)
}
