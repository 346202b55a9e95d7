/** An app with the installed client as its only package: reads an object with AWS's S3 client. */
import { createRequire } from 'node:module'
import { fromTokenBroker, TokenBrokerError } from '@token-broker/client'

const { BROKER_URL: endpoint, S3_URL, REGION: region, TOKEN: token, REPOSITORY } = process.env
// The SDK is not installed in the app's folder, where the client must be the only package.
const { GetObjectCommand, S3Client } = createRequire(`${REPOSITORY}/`)('@aws-sdk/client-s3')

const credentials = fromTokenBroker({ endpoint, grant: 'read', token })
const s3 = new S3Client({ region, endpoint: S3_URL, forcePathStyle: true, credentials })
const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'acme', Key: 'alice/object' }))
const refusal = await fromTokenBroker({ endpoint, grant: 'unknown', token })().catch(
  (error) => error,
)
const outcome = {
  node: process.version,
  object: await Body.transformToString(),
  refusal: refusal instanceof TokenBrokerError ? refusal.code : String(refusal),
}
console.log(JSON.stringify(outcome))
