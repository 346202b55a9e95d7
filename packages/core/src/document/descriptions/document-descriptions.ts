/** Descriptions of the fields at the top, of attributes and of rules. */
import { describeField, type FieldDescriptions } from './field-description.ts'

export const DOCUMENT_DESCRIPTIONS: FieldDescriptions = {
  $schema: describeField(
    'Where editors find this schema; the broker does not read it.',
    './x.json',
  ),
  tenant: describeField(
    'The id of the tenant, unique in a deployment: at most 63 lower-case letters, digits and -.',
    'acme',
  ),
  issuers: describeField(
    'The issuers whose tokens the tenant accepts. Unverified, an issuer of a token only ' +
      'selects among them.',
  ),
  attributes: describeField(
    'The only values of a token that templates, session tags and session names may use, by name.',
  ),
  rules: describeField(
    'Who gets which grant. The first rule that passes decides; where none does, the ' +
      'request is refused.',
  ),
  grants: describeField(
    'What sessions may do, by name: a role of AWS, and the policy that narrows it.',
  ),
  identityPools: describeField(
    'Identity pools for clients of Amazon Cognito: their users and guests have ids and ' +
      'credentials.',
  ),
  allowedOrigins: describeField(
    'Origins of the pages and apps that may call the broker from a browser (CORS), ' +
      'compared exactly.',
    ['https://app.acme.example'],
  ),
  recordInputs: describeField(
    'Whether audit records contain the claims that conditions and attributes read, for replays. ' +
      'They are personal data. Absent: they do not.',
    'used-claims',
  ),
  limits: describeField(
    'How many requests are admitted, in each function environment. Absent: as many as the ' +
      'settings of the stage admit.',
  ),
}

export const LIMITS_DESCRIPTIONS: FieldDescriptions = {
  tenant: describeField('Limit of all requests that the tenant accepted.'),
  subject: describeField('Limit of the requests of each subject.'),
  clientAddress: describeField(
    'Limit of the requests that the tenant accepted from each client address.',
  ),
}

/** Of a limit there is one rate. */
export const RATE_DESCRIPTIONS: FieldDescriptions = {
  requestsPerSecond: describeField('Requests that are admitted per second.', 50),
  requestsPerMinute: describeField('Requests that are admitted per minute.', 30),
  requestsPerHour: describeField('Requests that are admitted per hour.', 200),
  burst: describeField(
    'Requests that are admitted at once after a pause. Default: the number of the rate.',
    100,
  ),
}

export const ATTRIBUTE_DESCRIPTIONS: FieldDescriptions = {
  from: describeField('Expression in CEL that returns the value.', 'claims.sub'),
  pattern: describeField(
    'Regular expression that the whole value must match. Default: 1 to 128 letters, digits ' +
      'and ._@+=|-.',
    '[a-z-]{1,32}',
  ),
  issuer: describeField(
    'The only issuer from whose tokens the attribute is read.',
    'https://id.acme.example',
  ),
  acrossIssuers: describeField(
    'States that equal values of several issuers are the same person.',
    true,
  ),
}

export const RULE_DESCRIPTIONS: FieldDescriptions = {
  name: describeField(
    'Name of the rule in the trace and in audit records.',
    'support staff read reports',
  ),
  when: describeField(
    'Condition in CEL. Absent: the rule always passes.',
    '"support" in claims.groups',
  ),
  grant: describeField(
    'The grant to which the rule leads, or which a deny rule refuses.',
    'reports',
  ),
  grants: describeField('Two grants: callers get what both allow.', ['reports', 'europe']),
  deny: describeField('Whether the rule refuses callers, whichever grant they request.', true),
}
