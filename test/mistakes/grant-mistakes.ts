/** Mistakes in the roles, tags and other fields of the grants of tenant documents. */
import { type DocumentMistake, documentMistake } from './document-mistake.ts'
import { mark } from './marked.ts'

const ROLE = 'role: arn:aws:iam::111122223333:role/orchard-own'
const TAGS = "      team: '{{team}}'\n"

const role = (arn: string) => [ROLE, `role: ${arn}`] as const

export const GRANT_MISTAKES: readonly DocumentMistake[] = [
  documentMistake(
    'role by its name',
    'a role is named without its ARN',
    role('orchard-own'),
    mark(/grants\.own\.role/, /arn:aws/, /orchard-own/, /write|use/i),
    { named: 'issue' },
  ),
  documentMistake(
    'account with 11 digits',
    'the account of a role has 11 digits',
    role('arn:aws:iam::11112222333:role/orchard-own'),
    mark(/grants\.own\.role/, /12/, /11112222333\b|11 digits/, /write|use/i),
    { named: 'issue' },
  ),
  documentMistake(
    'ARN of a session',
    'a role is named by the ARN of its sessions',
    role('arn:aws:sts::111122223333:assumed-role/orchard-own/alice'),
    mark(
      /grants\.own\.role/,
      /arn:aws:iam::111122223333:role\/|:role\//,
      /assumed-role/,
      /write|use/i,
    ),
  ),
  documentMistake(
    'ARN of a user',
    'the ARN is of a user',
    role('arn:aws:iam::111122223333:user/orchard-own'),
    mark(/grants\.own\.role/, /:role\//, /:user\//, /write|use/i),
  ),
  documentMistake(
    'role with a slot',
    'the name of a role has a slot',
    role("'arn:aws:iam::111122223333:role/{{team}}'"),
    mark(
      /grants\.own\.role/,
      /arn:aws|without slots?|one role/i,
      /\{\{team\}\}|slot/,
      /write|use|remove/i,
    ),
  ),
  documentMistake(
    'default pattern of a tag',
    'a tag has a value that may have a character that STS refuses',
    [TAGS, `${TAGS}      user: '{{user}}'\n`],
    mark(/sessionTags\.user/, /\[A-Za-z0-9._@+=-\]|letters|characters/, /\|/, /pattern|write/i),
    { named: 'issue, 15' },
  ),
  documentMistake(
    'border in a tag',
    'two values meet in one tag, with a separator that both may have',
    [TAGS, "      plot: '{{team}}-{{user}}'\n"],
    mark(
      /sessionTags\.plot/,
      /pattern|separator|two tags|one slot/i,
      /-|both/,
      /write|use|pattern/i,
    ),
    { named: '02', isOneFinding: false },
  ),
  documentMistake(
    'tag key of AWS',
    'the key of a tag begins with aws:',
    ['      farm: orchard\n', '      aws:farm: orchard\n'],
    mark(/sessionTags/, /aws:/, /aws:farm/, /write|rename|use|remove/i),
  ),
  documentMistake(
    'managed policy by its name',
    'a managed policy is named without its ARN',
    [ROLE, `${ROLE}\n    managedPolicies: [ReadOnlyAccess]`],
    mark(/managedPolicies/, /arn:aws:iam/, 'ReadOnlyAccess', /write|use/i),
  ),
  documentMistake(
    'duplicate Sid',
    'two statements have one Sid',
    ['Sid: ListHome', 'Sid: ReadHome'],
    mark(/Sid/, /unique|once|one/i, /ReadHome/, /write|rename|remove|use each/i),
  ),
  documentMistake(
    'Sid with a hyphen',
    'a Sid has a hyphen',
    ['Sid: ListHome', 'Sid: list-home'],
    mark(/Sid/, /letters|ListHome|listhome/, 'list-home', /write|use/i),
  ),
  documentMistake(
    'boundary that limits nothing',
    'the boundary of a created role is AdministratorAccess',
    [
      ROLE,
      `${ROLE}\n    createRole: true\n` +
        '    permissionsBoundary: arn:aws:iam::aws:policy/AdministratorAccess',
    ],
    mark(
      /permissionsBoundary/,
      /own account|accepts|stage/,
      /AdministratorAccess/,
      /use|name|write/i,
    ),
    { named: '20', isOneFinding: false },
  ),
]
