/** `token-broker credential-process`: prints credentials as `credential_process` of AWS's configuration wants them. */
import type { Terminal } from './command.ts'
import { readSessionOptions } from './session/options.ts'
import { createProvider } from './session/provider.ts'

/** @returns the exit code: 0, since what fails is thrown */
export async function credentialProcess(
  args: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const options = await readSessionOptions(args, terminal, { port: false })
  const { accessKeyId, secretAccessKey, sessionToken, expiration, accountId } =
    await createProvider(options, terminal)()
  const answer = {
    Version: 1,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: expiration,
    AccountId: accountId,
  }
  terminal.stdout.write(`${JSON.stringify(answer)}\n`)
  return 0
}
