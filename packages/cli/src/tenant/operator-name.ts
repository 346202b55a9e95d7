/** The operator's name in the history: the ARN of the credentials in use, or the local user. */
import { userInfo } from 'node:os'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'

const TIMEOUT_MS = 3_000

/**
 * STS needs no permission for this call. Where it does not respond, the name is the local user's
 * and is marked as unverified.
 */
export async function nameOperator(): Promise<string> {
  const client = new STSClient({ maxAttempts: 1 })
  try {
    const identity = await client.send(new GetCallerIdentityCommand({}), {
      abortSignal: AbortSignal.timeout(TIMEOUT_MS),
    })
    if (identity.Arn !== undefined) return identity.Arn
  } catch {
    // The name is information for people; a change must not fail because it is missing.
  } finally {
    client.destroy()
  }
  return `${userInfo().username} (unverified)`
}
