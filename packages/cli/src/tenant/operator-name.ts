/** Who writes: AWS's word for the credentials in use, or else the user of this machine. */
import { userInfo } from 'node:os'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'

const TIMEOUT_MS = 3_000

/** Any credentials may ask STS who they are; where it does not answer, the history says so. */
export async function nameOperator(): Promise<string> {
  const client = new STSClient({ maxAttempts: 1 })
  try {
    const identity = await client.send(new GetCallerIdentityCommand({}), {
      abortSignal: AbortSignal.timeout(TIMEOUT_MS),
    })
    if (identity.Arn !== undefined) return identity.Arn
  } catch {
    // The history is for people; a change must not fail for it.
  } finally {
    client.destroy()
  }
  return `${userInfo().username} (unverified)`
}
