/** Help and options of the commands about tokens. */
import { type CommandGroup, declareCommand } from '../command-line/declaration.ts'
import { FORMAT_OPTION } from './document-declarations.ts'

const DECODE = declareCommand({
  name: 'decode',
  summary: 'show what a token says, without verifying it',
  description:
    'Prints the header and the claims of a JWT, with its times in words. Of another text it says ' +
    'what it is, such as an encrypted token or AWS credentials, and what to send instead. The ' +
    'token itself is not printed, and nothing is sent anywhere. "token-broker explain" verifies ' +
    'a token.',
  options: {
    token: {
      value: 'FILE',
      summary: 'file with the token (default: standard input)',
      group: 'Token options',
      completes: 'file',
    },
    ...FORMAT_OPTION,
  },
  exitCodes: [
    [0, 'it is a JWT'],
    [1, 'it is something else, or the command line is invalid'],
  ],
  examples: [
    { command: 'login-tool print-token | token-broker token decode', does: 'show a token' },
    {
      command: 'token-broker token decode --token token.jwt --format json',
      does: 'print its header and claims as JSON',
    },
  ],
  load: async () => (await import('./show-token.ts')).showToken,
})

export const TOKEN: CommandGroup = {
  name: 'token',
  group: 'Tenant documents',
  summary: 'look at a token',
  commands: [DECODE],
  exitCodes: DECODE.exitCodes,
  examples: DECODE.examples,
}
