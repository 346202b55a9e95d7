/** The page of the game as it is built, served with everything behind it. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { type RunningGame, startGame } from '../../packages/local/src/game/start-game.ts'
import { closeAfterTests } from '../fixtures/index.ts'

export interface PageSettings {
  /** Of the page, without a slash at the end. */
  readonly url: string
  /** Origins that the page calls. */
  readonly origins: readonly string[]
}

const BUILT = fileURLToPath(new URL('../../dist/game', import.meta.url))

export interface BuiltPage extends PageSettings {
  readonly game: RunningGame
  /** Origins of S3 and DynamoDB. */
  readonly data: readonly string[]
  /** Everything that is stored, read by the owner of the account. */
  stored(): Promise<StoredGame>
  /** As an attacker with a modified page writes it: with the owner's rights, into the index. */
  putRow(row: Readonly<Record<string, string | number>>): Promise<void>
}

interface StoredGame {
  readonly scores: readonly Row[]
  readonly profiles: readonly Row[]
  /** Keys in the bucket. */
  readonly pictures: readonly string[]
}

type Row = Readonly<Record<string, string | number>>

export async function startBuiltPage(): Promise<BuiltPage> {
  const game = await closeAfterTests(startGame({ port: 0, pageDir: BUILT }))
  const response = await fetch(`${game.url}/config.json`)
  const { pool, s3, dynamodb, providers } = await response.json()
  const urls = [pool.endpoint, s3.endpoint, dynamodb.endpoint, providers[0].token]
  const credentials = readOwnerKeys(game.runtime.aws?.ownerCredentialsFile ?? '')
  const owner = { region: 'eu-central-1', credentials }
  const database = new DynamoDBClient({ ...owner, endpoint: dynamodb.endpoint })
  const objects = new S3Client({ ...owner, endpoint: s3.endpoint, forcePathStyle: true })
  const scan = async (TableName: string): Promise<readonly Row[]> => {
    const { Items = [] } = await database.send(new ScanCommand({ TableName }))
    return Items.map((item) =>
      Object.fromEntries(
        Object.entries(item).map(([name, { S, N }]) => [name, S ?? Number(N)] as const),
      ),
    )
  }
  const data = [s3.endpoint, dynamodb.endpoint].map((url) => new URL(url).origin)
  return {
    ...{ game, data, url: game.url, origins: urls.map((url) => new URL(url).origin) },
    async stored() {
      const [scores, profiles] = await Promise.all([scan('game-scores'), scan('game-profiles')])
      const { Contents = [] } = await objects.send(
        new ListObjectsV2Command({ Bucket: 'game-pictures' }),
      )
      return { scores, profiles, pictures: Contents.map(({ Key = '' }) => Key) }
    },
    async putRow(row) {
      const Item = Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          name,
          typeof value === 'string' ? { S: value } : { N: String(value) },
        ]),
      )
      await database.send(new PutItemCommand({ TableName: 'game-scores', Item }))
    },
  }
}

/** Of a shared credentials file of AWS. */
function readOwnerKeys(file: string) {
  const fieldOf = (name: string) =>
    new RegExp(`^${name}\\s*=\\s*(\\S+)$`, 'm').exec(readFileSync(file, 'utf8'))?.[1] ?? ''
  return {
    accessKeyId: fieldOf('aws_access_key_id'),
    secretAccessKey: fieldOf('aws_secret_access_key'),
  }
}
