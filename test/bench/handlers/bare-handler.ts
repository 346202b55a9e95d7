/**
 * The lower bound: the same task with only node:crypto and node:http, and almost no checks. It is
 * bundled as the broker is, so that it loads nothing of Node's that it does not use.
 */
import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { Agent, type IncomingMessage, request } from 'node:http'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'

const { ISSUER = '', JWKS_URI = '', STS_ENDPOINT = '' } = process.env
const agent = new Agent({ keepAlive: true })
let key: Promise<KeyObject> | undefined

export async function handler(
  event: APIGatewayProxyEventV2,
): Promise<APIGatewayProxyStructuredResultV2> {
  const token = event.headers.authorization?.slice('Bearer '.length) ?? ''
  const [header, payload, signature] = token.split('.')
  if (!payload || !signature) return { statusCode: 401, body: '{}' }
  key ??= send(JWKS_URI).then((text) =>
    createPublicKey({ key: JSON.parse(text).keys[0], format: 'jwk' }),
  )
  const signed = verify(
    'sha256',
    Buffer.from(`${header}.${payload}`),
    await key,
    Buffer.from(signature, 'base64url'),
  )
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  if (
    !signed ||
    claims.iss !== ISSUER ||
    claims.aud !== 'bench' ||
    claims.exp * 1000 < Date.now()
  ) {
    return { statusCode: 401, body: '{}' }
  }
  const resource = `arn:aws:s3:::acme-data/${claims.team}/${claims.sub}/*`
  const statement = {
    Sid: 'ReadReports',
    Effect: 'Allow',
    Action: ['s3:GetObject'],
    Resource: resource,
  }
  const form = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: 'arn:aws:iam::111122223333:role/acme-app',
    RoleSessionName: claims.sub,
    WebIdentityToken: token,
    DurationSeconds: '3600',
    Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
  })
  const xml = await send(STS_ENDPOINT, form.toString())
  const field = (name: string) => new RegExp(`<${name}>([^<]*)<`).exec(xml)?.[1]
  const credentials = {
    accessKeyId: field('AccessKeyId'),
    secretAccessKey: field('SecretAccessKey'),
    sessionToken: field('SessionToken'),
    expiration: field('Expiration'),
  }
  return { statusCode: credentials.accessKeyId ? 200 : 502, body: JSON.stringify({ credentials }) }
}

function send(url: string, form?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers =
      form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }
    const outgoing = request(
      url,
      { method: form === undefined ? 'GET' : 'POST', agent, headers },
      (response: IncomingMessage) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          text += chunk
        })
        response.on('end', () => resolve(text))
      },
    )
    outgoing.on('error', reject)
    outgoing.end(form)
  })
}
