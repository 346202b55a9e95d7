/** Mistakes on the command line of programs that get credentials: `credential-process`. */
import { type CommandMistake, type CommandPlaces, commandMistake } from './command-mistake.ts'
import { mark } from './marked.ts'
import { SAMPLE_KEY } from './orchard.ts'

const process =
  (...options: readonly string[]): CommandMistake['args'] =>
  ({ broker, tokenFile }) => [
    ...['credential-process', '--no-cache', '--endpoint', broker, '--token-file', tokenFile],
    ...options,
  ]
/** With another endpoint. */
const at =
  (endpoint: (broker: string) => string): CommandMistake['args'] =>
  ({ broker, tokenFile }) => [
    ...['credential-process', '--no-cache', '--endpoint', endpoint(broker)],
    ...['--token-file', tokenFile],
  ]
/** With another place of the token. */
const from =
  (place: (places: CommandPlaces) => readonly string[]): CommandMistake['args'] =>
  (places) => [
    ...['credential-process', '--no-cache', '--endpoint', places.broker],
    ...place(places),
  ]
/** A token in two lines. */
export const half = (token: string) => [token.slice(0, 99), token.slice(99)] as const

export const CREDENTIAL_COMMAND_MISTAKES: readonly CommandMistake[] = [
  commandMistake(
    'response',
    'path in the endpoint',
    'the endpoint has the path of the native endpoint',
    at((broker) => `${broker}/v1/credentials`),
    mark(
      '--endpoint',
      /http:\/\/127\.0\.0\.1:\d+(?!\/)/,
      /\/v1\/credentials/,
      /write|remove|without|use|did you mean/i,
    ),
    'issue, 84',
  ),
  commandMistake(
    'response',
    'endpoint without a scheme',
    'the endpoint is a host',
    at(() => 'broker.orchard.example'),
    mark('--endpoint', /https/, /broker\.orchard\.example/, /write|expected|add|did you mean/i),
  ),
  commandMistake(
    'response',
    'endpoint by http',
    'the endpoint is an http URL of another machine',
    at(() => 'http://broker.orchard.example'),
    mark('--endpoint', /https/, /http:\/\/broker|found http\b/, /write|expected|did you mean/i),
  ),
  commandMistake(
    'response',
    'endpoint where nothing listens',
    'the port of the endpoint is wrong',
    at(() => 'http://127.0.0.1:1'),
    mark(
      '--endpoint',
      /respond|reach|broker/,
      /ECONNREFUSED|127\.0\.0\.1:1\b/,
      /check|correct|start/i,
    ),
  ),
  commandMistake(
    'response',
    'statement',
    'a statement is misspelt',
    process('--statements', 'ReadHme'),
    mark('--statements', /ReadHome/, /ReadHme/, /did you mean|name|write|check|correct|one of/i),
    'issue, 84',
  ),
  commandMistake(
    'response',
    'duration above the maximum',
    'an hour is requested, and the grant allows half of it',
    process('--duration', '1h'),
    mark('--duration', /30 ?m|1,?800/, /1 ?h|3,?600/, /at most|write|request|shorter|reduce/i),
    'issue, 84',
  ),
  commandMistake(
    'response',
    'duration without a unit',
    'the duration is a number',
    process('--duration', '1800'),
    mark('--duration', /15m|1h|900s/, /1800/, /expected|write/i),
  ),
  commandMistake(
    'response',
    'grant',
    'the grant is misspelt',
    process('--grant', 'onw'),
    mark('--grant', /grant/, /\bonw\b/, /check|ask|operator|correct|omit/i),
    'issue',
  ),
  commandMistake(
    'response',
    'tenant',
    'the tenant is misspelt',
    process('--tenant', 'orchrad'),
    mark('--tenant', /tenant/, /orchrad/, /check|ask|operator|correct|omit/i),
    'issue',
  ),
  commandMistake(
    'response',
    'policy outside the grant',
    'the policy allows another action',
    process(
      '--policy',
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Sid: 'Put', Effect: 'Allow', Action: 's3:PutObject', Resource: '*' }],
      }),
    ),
    mark(
      '--policy',
      /grant/,
      /\bPut\b|Statement\[0\]|s3:PutObject/,
      /remove|narrow|request|less|limit/i,
    ),
    'issue',
  ),
  commandMistake(
    'response',
    'policy that is not JSON',
    'the policy is cut',
    process('--policy', '{"Version":"2012-10-17"'),
    mark('--policy', /JSON/, /not|end|cannot/i, /write|check|correct|expected/i),
  ),
  commandMistake(
    'response',
    'token as the name of a file',
    'the token itself is the value of --token-file',
    from(({ token }) => ['--token-file', token]),
    mark('--token-file', /file/, /token/, /write|save|name|use/i),
    'issue',
  ),
  commandMistake(
    'response',
    'token as an option',
    'the token is the value of an option that does not exist',
    from(({ token }) => ['--token', token]),
    mark('--token', /--token-file|to a file/, /--token\b/, /did you mean|write|use|see/i),
    'issue',
  ),
  commandMistake(
    'response',
    'line break in a token file',
    'the token in the file has a line break',
    from(({ token, write }) => ['--token-file', write('broken', half(token).join('\n'))]),
    mark(
      /broken/,
      /one line|without|one token/,
      /line break|newline|white ?space|2 lines/i,
      /remove|write|log in|copy/i,
    ),
    'issue',
  ),
  commandMistake(
    'response',
    'two tokens in a file',
    'the file contains two tokens',
    from(({ token, write }) => ['--token-file', write('double', `${token}\n${token}\n`)]),
    mark(
      /double/,
      /one token|one line/,
      /line break|newline|two|2 |white ?space/i,
      /remove|write|log in|copy/i,
    ),
  ),
  commandMistake(
    'response',
    'JSON in a token file',
    'the file contains the response of a token endpoint',
    from(({ token, write }) => ['--token-file', write('response', `{"id_token": "${token}"}`)]),
    mark(/response/, /id_token|token/, /JSON|white ?space/i, /write|member|log in|only/i),
  ),
  commandMistake(
    'response',
    'missing token file',
    'the token file does not exist',
    from(({ folder }) => ['--token-file', `${folder}/missing`]),
    mark(/missing/, /file|read/, /ENOENT|not exist/, /log in|correct|write/i),
  ),
  commandMistake(
    'response',
    'empty token file',
    'the token file is empty',
    from(({ write }) => ['--token-file', write('nothing', '\n')]),
    mark(/nothing/, /token/, /empty/, /log in|write/i),
  ),
  commandMistake(
    'response',
    'folder for a token file',
    'the token file is a folder',
    from(({ folder }) => ['--token-file', folder]),
    mark(/--token-file/, /file/, /EISDIR|folder|directory/, /correct|write|name/i),
  ),
  commandMistake(
    'response',
    'no place of the token',
    'no option says where the token is',
    from(() => []),
    mark(/--token-file/, /--token-command/, /no |expected|missing/i, /write/),
  ),
  commandMistake(
    'response',
    'two places of the token',
    'the token is in a file, and a command prints it',
    process('--token-command', 'print-token'),
    mark(/--token-command/, /one|or/, /both/, /use|write|remove|expected/i),
  ),
  commandMistake(
    'response',
    'failing token command',
    'the command that prints the token fails',
    from(() => ['--token-command', 'false']),
    mark(/false/, /token|exit|print/, /exit|code 1|failed|status/i, /run|log in|check|correct/i),
  ),
  commandMistake(
    'response',
    'missing token command',
    'there is no such command',
    from(() => ['--token-command', 'no-such-login-tool']),
    mark(
      /no-such-login-tool/,
      /command|program|run/,
      /ENOENT|not found|no such/i,
      /install|correct|check|write/i,
    ),
  ),
  commandMistake(
    'response',
    'misspelt option',
    'an option is misspelt',
    process('--grnat', 'own'),
    mark('--grnat', /--grant\b/, /--grnat/, /did you mean/),
    'issue',
  ),
  commandMistake(
    'response',
    'unknown profile',
    'the profile does not exist',
    () => ['credential-process', '--no-cache', '--profile', 'wrok'],
    mark(/profile/, /profiles\.json|work/, /wrok/, /create|write|add|did you mean|check/i),
  ),
  commandMistake(
    'response',
    'public key for a proof',
    'the key of the proof is a public key',
    (places) => [
      ...process()(places),
      ...['--dpop-key', places.write('public.json', JSON.stringify(SAMPLE_KEY))],
    ],
    mark(
      '--dpop-key',
      /private/,
      /public|not a private|PKCS|readable|others/,
      /write|name|use|expected|chmod/i,
    ),
  ),
]
