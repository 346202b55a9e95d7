/**
 * Help and options of the commands that get credentials from a broker. Their code is bundled with
 * the program, because the AWS CLI waits for `credential-process`, and loading a file takes time.
 */
import { declareCommand } from '../command-line/declaration.ts'
import { SESSION_OPTIONS } from '../session/session-options.ts'
import { printCredentials } from './credential-process.ts'
import { execCommand } from './exec.ts'
import { serveCredentials } from './serve.ts'

const GROUP = 'Credentials for AWS tools'

const EXIT_CODES = [
  [1, 'the command line, the profile or the port is wrong'],
  [3, 'the broker refused, or there is no token'],
  [4, 'the broker cannot be reached or is busy; try again later'],
] as const

export const CREDENTIAL_PROCESS = declareCommand({
  name: 'credential-process',
  group: GROUP,
  summary: 'print credentials for credential_process of ~/.aws/config',
  description:
    'Prints credentials as JSON, in the form that the AWS CLI and the AWS SDKs read from ' +
    'credential_process. They come from a cache until shortly before they expire.',
  options: SESSION_OPTIONS,
  exitCodes: [[0, 'printed'], ...EXIT_CODES],
  examples: [
    {
      command:
        'token-broker credential-process --endpoint https://broker.example --token-file ~/id-token',
      does: 'print credentials',
    },
    {
      command: 'credential_process = token-broker credential-process --profile work',
      does: 'a line of ~/.aws/config, with the settings in a profile',
    },
  ],
  load: async () => printCredentials,
})

export const SERVE = declareCommand({
  name: 'serve',
  group: GROUP,
  summary: 'serve credentials on this machine',
  description:
    'Serves credentials on 127.0.0.1 and prints the environment variables by which AWS SDKs find ' +
    'them. Credentials are refreshed before they expire. SIGINT and SIGTERM end it.',
  options: {
    ...SESSION_OPTIONS,
    port: {
      value: 'PORT',
      summary: 'the port, from 0 to 65535; 0 is any free port (default: 0)',
      group: 'Server options',
    },
  },
  exitCodes: [[0, 'ended by a signal'], ...EXIT_CODES],
  examples: [
    {
      command: 'token-broker serve --profile work > ~/.token-broker.sh &',
      does: 'serve, and write the variables to a file that shells read',
    },
    {
      command:
        'token-broker serve --endpoint https://broker.example --token-command login --port 9911',
      does: 'serve on a fixed port, with a token from a command',
    },
  ],
  load: async () => serveCredentials,
})

export const EXEC = declareCommand({
  name: 'exec',
  group: GROUP,
  summary: 'run a command with credentials',
  description:
    'Serves credentials as "serve" does, runs the command with the environment variables by ' +
    'which AWS SDKs find them, and ends when the command ends.',
  runsCommand: true,
  options: SESSION_OPTIONS,
  exitCodes: [
    ...EXIT_CODES,
    [126, 'the command cannot be run'],
    [127, 'there is no such command'],
    ['other', 'that of the command, or 128 plus the number of the signal that ended it'],
  ],
  examples: [
    { command: 'token-broker exec --profile work -- aws s3 ls', does: 'run the AWS CLI' },
    {
      command:
        'token-broker exec --endpoint https://broker.example --token-file - -- aws s3 ls < token',
      does: 'read the token from standard input',
    },
  ],
  load: async () => execCommand,
})
