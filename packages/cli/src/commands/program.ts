/** The program and all its commands, as help, completion and parsing see them. */
import { type CommandGroup, declareCommand } from '../command-line/declaration.ts'
import { AUDIT } from './audit-declarations.ts'
import { CONSOLE } from './console-declaration.ts'
import { DOCTOR } from './doctor-declaration.ts'
import { CAN, DIFF, EXPLAIN, PROVE, VALIDATE } from './document-declarations.ts'
import { INIT } from './init-declaration.ts'
import { ISSUER } from './issuer-declarations.ts'
import { POOL } from './pool/pool-declarations.ts'
import { REPLAY } from './replay-declaration.ts'
import { CREDENTIAL_PROCESS, EXEC, SERVE } from './session-declarations.ts'
import { TENANT } from './tenant/declarations.ts'
import { TEST } from './test-declaration.ts'
import { TOKEN } from './token-declarations.ts'
import { TRUST_POLICY } from './trust-declaration.ts'

const COMPLETION = declareCommand({
  name: 'completion',
  group: 'This program',
  summary: 'print the completion script for a shell',
  description:
    'Prints a script for your shell, which then completes commands, options, values and file ' +
    'names.',
  operands: [{ name: 'SHELL', summary: 'bash, zsh or fish', choices: ['bash', 'zsh', 'fish'] }],
  options: {},
  exitCodes: [
    [0, 'printed'],
    [1, 'no such shell'],
  ],
  examples: [
    { command: 'eval "$(token-broker completion bash)"', does: 'in ~/.bashrc' },
    { command: 'eval "$(token-broker completion zsh)"', does: 'in ~/.zshrc, after compinit' },
    {
      command: 'token-broker completion fish | source',
      does: 'in ~/.config/fish/config.fish',
    },
  ],
  load: async () => (await import('./completion.ts')).printCompletionScript,
})

export const PROGRAM: CommandGroup = {
  name: 'token-broker',
  summary: 'AWS credentials from a token broker, and tenant documents for it',
  description:
    'AWS credentials from a token broker for the AWS CLI and every AWS SDK; checks of tenant ' +
    'documents, and the table that stores them.\n\n' +
    '"token-broker help COMMAND" prints the options, exit codes and examples of a command.',
  commands: [
    ...[CREDENTIAL_PROCESS, SERVE, EXEC],
    ...[INIT, VALIDATE, PROVE, DIFF, REPLAY, EXPLAIN, CAN, TEST, TRUST_POLICY, TOKEN, ISSUER],
    ...[TENANT, POOL, DOCTOR, AUDIT, CONSOLE, COMPLETION],
  ],
  exitCodes: [
    [0, 'done'],
    [1, 'invalid documents, options or settings'],
    [2, 'no such command'],
    [3, 'refused; a tenant has changed or differs; somebody gains by a change; a check failed'],
    [4, 'the broker or the table cannot be reached; try again later'],
    [5, 'it depends on something that is not known'],
  ],
  examples: [
    {
      command: 'token-broker exec --profile work -- aws s3 ls',
      does: 'run a command with credentials from the broker',
    },
    { command: 'token-broker validate tenants/', does: 'check tenant documents' },
    { command: 'token-broker help tenant put', does: 'print the help of a command' },
  ],
}
