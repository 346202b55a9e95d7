/** Mistakes in how the local runtime is started. */
import { mark } from './marked.ts'
import type { Marks, MistakeBase } from './mistake.ts'

export interface StartMistake extends MistakeBase {
  /** @param folder an empty one, into which files can be written with `write` */
  readonly args: (
    folder: string,
    write: (name: string, content: string) => string,
  ) => readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

function startMistake(
  id: string,
  what: string,
  args: StartMistake['args'],
  validate: Marks,
  more: Partial<StartMistake> = {},
): StartMistake {
  return { id: `start ${id}`, what, args, marks: { validate }, ...more }
}

const FIX = /write|expected|add|did you mean|remove|name|see|check|create|rename|another|free/i

export const START_MISTAKES: readonly StartMistake[] = [
  startMistake(
    'misspelt option',
    'an option is in the singular',
    (folder) => ['--tenant', folder],
    mark('--tenant', /--tenants\b/, /--tenant\b/, FIX),
  ),
  startMistake(
    'port',
    'a port is a text',
    () => ['--port', '80a'],
    mark(/--port/, /65535/, /80a/, FIX),
  ),
  startMistake(
    'missing folder',
    'the folder of documents does not exist',
    (folder) => ['--tenants', `${folder}/tenans`],
    mark(/tenans/, /folder|director|documents/i, /ENOENT|not exist|no such/i, FIX),
    { named: 'issue' },
  ),
  startMistake(
    'folder without documents',
    'the folder of documents is empty',
    (folder) => ['--tenants', folder],
    mark(/document/i, /\.yaml/, /No |no |empty/, FIX),
    { named: 'issue' },
  ),
  startMistake(
    'STS without a scheme',
    'the endpoint of STS is a host',
    () => ['--sts', 'localhost:8789'],
    mark(/--sts/, /http:\/\//, /localhost:8789/, FIX),
  ),
  startMistake(
    'roles that are not JSON',
    'the file of roles is YAML',
    (_, write) => ['--roles', write('roles.yaml', 'role: x\n')],
    mark(/roles\.yaml/, /JSON|role ARN/, /not valid JSON|Unexpected|not JSON/i, FIX),
  ),
  startMistake(
    'role without a trust policy',
    'a role has another field than trustPolicy',
    (_, write) => [
      '--roles',
      write('roles.json', '{"arn:aws:iam::111122223333:role/app":{"AssumeRolePolicyDocument":{}}}'),
    ],
    mark(/AssumeRolePolicyDocument/, /trustPolicy/, /AssumeRolePolicyDocument/, FIX),
  ),
  startMistake(
    'misspelt variable',
    'a variable is misspelt',
    () => [],
    mark('BROKER_PROT', /\bBROKER_PORT\b/, /BROKER_PROT/, FIX),
    { named: 'issue', environment: { BROKER_PROT: '8700' } },
  ),
]
