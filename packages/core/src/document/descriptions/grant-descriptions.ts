/** Descriptions of the fields of grants and their statements. */
import { describeField, type FieldDescriptions } from './field-description.ts'

const ROLE = 'arn:aws:iam::111122223333:role/acme-app'

export const GRANT_DESCRIPTIONS: FieldDescriptions = {
  role: describeField('ARN of the role that the session assumes.', ROLE),
  createRole: describeField('Whether the deployment creates the role.', true),
  permissionsBoundary: describeField(
    'ARN of the policy that limits a created role.',
    'arn:aws:iam::111122223333:policy/tenant-boundary',
  ),
  duration: describeField(
    'How long a session lasts where the caller requests nothing else. Default: 1h; 15m to 12h.',
    '1h',
  ),
  maxDuration: describeField('How long a session a caller may request. Default: duration.', '2h'),
  reuse: describeField(
    'How long the same credentials are returned for the same decision, without a call to AWS ' +
      'STS. Default: never; 10s to 1h, and at most half of duration.',
    '5m',
  ),
  webIdentity: describeField(
    'Whether STS gets a token that the broker mints, or the token of the caller. Default: minted.',
    'minted',
  ),
  releasedAudience: describeField(
    'Audience of the minted tokens that callers may get in place of credentials.',
    'acme-released',
  ),
  sessionName: describeField(
    'Template of the session name. Default: a name made of tenant and subject.',
    '{{user}}',
  ),
  sessionTags: describeField('Templates of the session tags, by key.', {
    tenant: 'acme',
    team: '{{team}}',
  }),
  transitiveTagKeys: describeField('Keys of session tags that further sessions keep.', ['tenant']),
  sourceIdentity: describeField(
    'Template of the source identity, which AWS logs for all further sessions.',
    '{{user}}',
  ),
  policy: describeField(
    'Statements of the session policy: a session may do what both the role and these allow.',
  ),
  managedPolicies: describeField(
    'ARNs of up to 10 managed policies; a session may do what these or the statements ' +
      'allow, within the role.',
    ['arn:aws:iam::111122223333:policy/reports'],
  ),
}

export const STATEMENT_DESCRIPTIONS: FieldDescriptions = {
  Sid: describeField(
    'Id of the statement, letters and digits, by which callers may request fewer statements.',
    'ReadReports',
  ),
  Effect: describeField('Whether the statement allows or denies.', 'Allow'),
  shared: describeField(
    'States that callers with different values may reach the same on purpose.',
    true,
  ),
  Action: describeField('Actions of AWS, with wildcards.', 's3:GetObject', [
    's3:GetObject',
    's3:ListBucket',
  ]),
  NotAction: describeField('All actions but these; only with Effect: Deny.', 's3:GetObject'),
  Resource: describeField(
    'ARNs, with wildcards and with slots such as {{user}}.',
    'arn:aws:s3:::acme-data/{{user}}/*',
  ),
  NotResource: describeField(
    'All resources but these; only with Effect: Deny.',
    'arn:aws:s3:::acme-data/*',
  ),
  Condition: describeField('Conditions by operator and key, as in IAM; values may have slots.', {
    StringLike: { 's3:prefix': '{{user}}/*' },
  }),
}
