/** What a hostile player runs in the console of the browser, with the AWS SDK in the page. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { S3Client } from '@aws-sdk/client-s3'
import { type Attacker, tryAttempt } from './attempt.ts'
import { AGAINST_PLAYERS } from './hostile-attempts.ts'

interface Attack extends Pick<Attacker, 'identityId' | 'credentials'> {
  /** The identity of another player. */
  readonly target: string
  readonly s3Url: string
  readonly dynamodbUrl: string
}

export async function attackFromConsole({ target, s3Url, dynamodbUrl, ...session }: Attack) {
  const { credentials } = session
  const common = { region: 'eu-central-1', credentials, maxAttempts: 1 }
  const attacker = {
    ...session,
    s3: new S3Client({ ...common, endpoint: s3Url, forcePathStyle: true }),
    dynamodb: new DynamoDBClient({ ...common, endpoint: dynamodbUrl }),
  }
  const rows = []
  for (const attempt of AGAINST_PLAYERS)
    rows.push({
      attempt: attempt.name,
      response: await tryAttempt(attempt, attacker, { identityId: target }),
    })
  return rows
}
