/** Mistakes on the command line of operators: `explain`, `can`, `validate` and `trust-policy`. */
import { type CommandMistake, type CommandPlaces, commandMistake } from './command-mistake.ts'
import { mark } from './marked.ts'
import { ORCHARD } from './orchard.ts'

const explain =
  (...options: readonly string[]): CommandMistake['args'] =>
  ({ tenants, tokenFile }) => ['explain', '--tenants', tenants, '--token', tokenFile, ...options]
const trust =
  (options: (places: CommandPlaces) => readonly string[]): CommandMistake['args'] =>
  (places) => [
    ...['trust-policy', places.write('orchard.yaml', ORCHARD)],
    ...['--issuer', 'https://broker.orchard.example', ...options(places)],
  ]

export const OPERATOR_COMMAND_MISTAKES: readonly CommandMistake[] = [
  commandMistake(
    'explain',
    'token as a value',
    'the token itself is the value of --token',
    ({ tenants, token }) => ['explain', '--tenants', tenants, '--token', token],
    mark('--token', /file|standard input/, /token/, /write|save|name|use|pipe/i),
    'issue, 85',
  ),
  commandMistake(
    'explain',
    'token as an operand',
    'the token is written behind the options',
    ({ tenants, token }) => ['explain', '--tenants', tenants, token],
    mark(
      /token|operand|argument/,
      /--token|standard input/,
      /token|argument|characters/,
      /write|save|name|use|pipe|see/i,
    ),
    'issue',
  ),
  commandMistake(
    'explain',
    'missing documents',
    'the folder of documents does not exist',
    ({ folder, tokenFile }) => ['explain', '--tenants', `${folder}/tenans`, '--token', tokenFile],
    mark(
      /tenans/,
      /folder|file|director|document/i,
      /ENOENT|not exist|no such/i,
      /check|correct|name|write|create/i,
    ),
  ),
  commandMistake(
    'explain',
    'no documents',
    'no option names documents',
    ({ tokenFile }) => ['explain', '--token', tokenFile],
    mark(
      '--tenants',
      /DIR|director|document/i,
      /missing|required|expected|no /i,
      /write|expected|see/i,
    ),
  ),
  commandMistake(
    'explain',
    'missing file of the token',
    'the file of the token does not exist',
    ({ tenants, folder }) => ['explain', '--tenants', tenants, '--token', `${folder}/tokn`],
    mark(/tokn/, /file|token/, /ENOENT|not exist|no such/i, /check|correct|name|write/i),
  ),
  commandMistake(
    'explain',
    'claims that are not JSON',
    'the claims are written without quotes',
    ({ tenants }) => ['explain', '--tenants', tenants, '--claims', '{sub: alice}'],
    mark('--claims', /JSON/, /sub|not|position/, /write|quote|expected/i),
  ),
  commandMistake(
    'explain',
    'token and claims',
    'a token is named, and claims are stated',
    explain('--claims', '{"sub":"alice"}'),
    mark('--claims', /one|instead|in place|no token/, /--token/, /use|remove|write|expected/i),
  ),
  commandMistake(
    'explain',
    'time in words',
    'the time is written in words',
    explain('--now', 'yesterday'),
    mark('--now', /20\d\d-\d\d-\d\dT/, /yesterday/, /write|expected|such as/i),
  ),
  commandMistake(
    'explain',
    'unknown endpoint',
    'the endpoint is a URL',
    explain('--endpoint', 'https://broker.orchard.example'),
    mark('--endpoint', /native/, /https:\/\/broker/, /expected|write|one of/i),
  ),
  commandMistake(
    'explain',
    'address that is none',
    'the address of the caller is a name',
    explain('--ip', 'localhost'),
    mark('--ip', /address|127\.0\.0\.1|203\./, /localhost/, /expected|write/i),
  ),
  commandMistake(
    'explain',
    'misspelt command',
    'a command is misspelt',
    () => ['explian'],
    mark('explian', /\bexplain\b/, /explian/, /did you mean/),
  ),
  commandMistake(
    'explain',
    'unknown format',
    'the format is XML',
    explain('--format', 'xml'),
    mark('--format', /json/, /xml/, /expected|write|one of/i),
  ),
  commandMistake(
    'explain',
    'resource that is no ARN',
    'the resource of can is a path',
    ({ tenants, tokenFile }) => [
      ...[
        'can',
        '--tenants',
        tenants,
        '--token',
        tokenFile,
        's3:GetObject',
        'orchard-home/alice/x',
      ],
    ],
    mark(/RESOURCE|resource/, /arn:aws/, /orchard-home\/alice\/x/, /expected|write|such as/i),
  ),
  commandMistake(
    'explain',
    'action without a service',
    'the action of can has no service',
    ({ tenants, tokenFile }) => [
      ...[
        'can',
        '--tenants',
        tenants,
        '--token',
        tokenFile,
        'GetObject',
        'arn:aws:s3:::orchard-home/alice/x',
      ],
    ],
    mark(/ACTION|action/, /s3:GetObject/, /\bGetObject\b/, /expected|write|such as/i),
  ),
  commandMistake(
    'validate',
    'file that is no document',
    'a file has another ending than documents have',
    ({ folder, write }) => {
      write('orchard.txt', ORCHARD)
      write('orchard.yaml', ORCHARD)
      return ['validate', folder]
    },
    mark(/orchard\.txt/, /\.yaml|\.json/, /skipped|not read|ignored/, /rename|\.yaml|write/i),
    'issue',
  ),
  commandMistake(
    'validate',
    'folder without documents',
    'the folder contains no document',
    ({ folder }) => ['validate', folder],
    mark(/document/, /\.yaml|\.json/, /no |found|empty/i, /write|add|name|expected/i),
  ),
  commandMistake(
    'validate',
    'missing file',
    'the file does not exist',
    ({ folder }) => ['validate', `${folder}/orchrad.yaml`],
    mark(/orchrad\.yaml/, /file|read/, /ENOENT|not exist|no such/i, /check|correct|name|write/i),
  ),
  commandMistake(
    'validate',
    'nothing to validate',
    'no file is named',
    () => ['validate'],
    mark(
      /FILES|documents|file/i,
      /FILES|document|director/i,
      /missing|expected|no /i,
      /write|see|expected/i,
    ),
  ),
  commandMistake(
    'validate',
    'no broker for trust policies',
    'no option names the broker',
    ({ write }) => ['trust-policy', write('orchard.yaml', ORCHARD)],
    mark('--issuer', /URL|https/, /nothing|missing|required/, /expected|write|see/i),
  ),
  commandMistake(
    'validate',
    'broker by http',
    'the broker of trust policies is an http URL',
    ({ write }) => [
      ...[
        'trust-policy',
        write('orchard.yaml', ORCHARD),
        '--issuer',
        'http://broker.orchard.example',
      ],
    ],
    mark('--issuer', /https|URL/, /http:\/\/broker/, /expected|write/i),
  ),
  commandMistake(
    'validate',
    'role of no document',
    'the role is misspelt',
    trust(() => ['--role', 'arn:aws:iam::111122223333:role/orchard-onw']),
    mark(/role/, /role\/orchard-own/, /role\/orchard-onw/, /did you mean|roles are|write/i),
  ),
  commandMistake(
    'validate',
    'trust policy that is not JSON',
    'the file of the trust policy is not JSON',
    trust(({ write }) => ['--check', write('trust.json', 'Version: 2012-10-17')]),
    mark(/trust\.json|--check/, /JSON/, /not/, /write|save|expected/i),
  ),
]
