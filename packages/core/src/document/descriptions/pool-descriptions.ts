/** Descriptions of the fields of identity pools. */
import { describeField, type FieldDescriptions } from './field-description.ts'

const ROLE = 'arn:aws:iam::111122223333:role/acme-app'
const POOL = 'eu-central-1:00000000-0000-0000-0000-000000000000'

export const POOL_DESCRIPTIONS: FieldDescriptions = {
  id: describeField('Id of the pool, which clients send: a Region, a colon and a UUID.', POOL),
  secret: describeField(
    'Name of the secret from which the ids of identities are derived.',
    'acme-pool',
  ),
  logins: describeField(
    'Issuers by the name of the provider that clients send in Logins; the first one decides.',
    { 'id.acme.example': 'https://id.acme.example' },
  ),
  guests: describeField('Identities without a login.'),
  linking: describeField('Whether several logins may be one identity.', true),
  formerPool: describeField('Id of a pool of Amazon Cognito whose users keep their ids.', POOL),
  merging: describeField('Whether backends may merge identities of developer logins.', true),
  upgrade: describeField(
    'What becomes of a guest who logs in: the login has an id of its own, or adopts that ' +
      'of the guest.',
    'separate',
  ),
  adoptWithin: describeField('How long after its creation a guest may be adopted.', '30d'),
  classicFlow: describeField(
    'Tokens for AssumeRoleWithWebIdentity, as in the basic flow of Amazon Cognito.',
  ),
  developerProvider: describeField(
    'Name of the provider of the logins that a backend vouches for.',
    'login.acme.example',
  ),
  roleMappings: describeField('Which role a user gets, by provider, as in Amazon Cognito.'),
  authenticatedRole: describeField(
    'ARN of the role of users where no mapping says otherwise.',
    ROLE,
  ),
}

export const GUEST_DESCRIPTIONS: FieldDescriptions = {
  enabled: describeField('Whether there are guests.', true),
  grant: describeField('The grant of guests, to which no rule leads.', 'visitors'),
  newPerAddressPerHour: describeField(
    'How many new guests one network address may create in an hour.',
    100,
  ),
}

export const MAPPING_DESCRIPTIONS: FieldDescriptions = {
  type: describeField('Whether the token names the role, or rules do.', 'rules'),
  ambiguous: describeField('What a user gets where no role is found, or several are.', 'deny'),
  rules: describeField('Rules by claim; the first one that matches decides.'),
}

export const MAPPING_RULE_DESCRIPTIONS: FieldDescriptions = {
  claim: describeField('Name of the claim.', 'department'),
  match: describeField('How the value is compared.', 'Equals'),
  value: describeField('The value with which the claim is compared.', 'support'),
  role: describeField('ARN of the role where the rule matches.', ROLE),
}

export const CLASSIC_FLOW_DESCRIPTIONS: FieldDescriptions = {
  audience: describeField(
    'Audience of the tokens, for which the roles have a trust policy.',
    'acme-classic',
  ),
}
