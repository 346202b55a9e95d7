/** `token-broker credential-process`: prints credentials in the form that AWS tools read. */
import { EXIT } from '../cli-error.ts'
import type { CommandCall } from '../command-line/declaration.ts'
import { createProvider } from '../session/credential-provider.ts'
import { readSessionOptions, type SessionOption } from '../session/session-options.ts'

/**
 * @returns the exit code: 0
 * @see AWS SDKs and Tools Reference Guide, "Process credential provider"
 */
export async function printCredentials(call: CommandCall<SessionOption>): Promise<number> {
  const provide = createProvider(await readSessionOptions(call), call.terminal)
  const { accessKeyId, secretAccessKey, sessionToken, expiration, accountId } = await provide()
  const output = {
    Version: 1,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: expiration,
    AccountId: accountId,
  }
  call.terminal.print(`${JSON.stringify(output)}\n`)
  return EXIT.done
}
