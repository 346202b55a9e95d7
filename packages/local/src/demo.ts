/** `npm run demo`: one login that gets credentials and two that are refused, each with the broker's reasons. */
import { DEMO_CLIENT } from './demo-idp.ts'
import { type Runtime, startRuntime } from './runtime.ts'

interface Scene {
  readonly title: string
  readonly username: string
  readonly request: Readonly<Record<string, string>>
  readonly expectedCode: 'issued' | 'access_denied' | 'claim_unusable'
}

const SCENES: readonly Scene[] = [
  {
    title: 'alice asks for her credentials',
    username: 'alice',
    request: {},
    expectedCode: 'issued',
  },
  {
    title: 'bob, of beta, asks for a session of acme',
    username: 'bob',
    request: { tenant: 'acme' },
    expectedCode: 'access_denied',
  },
  {
    title: 'mallory, whose subject is ../alice and team *, asks for credentials',
    username: 'mallory',
    request: {},
    expectedCode: 'claim_unusable',
  },
]

const COLOUR = process.stdout.isTTY === true && !process.env.NO_COLOR
const paint = (code: number, text: string) => (COLOUR ? `\u001b[${code}m${text}\u001b[0m` : text)
const bold = (text: string) => paint(1, text)
const green = (text: string) => paint(32, text)
const red = (text: string) => paint(31, text)

type Json = Readonly<Record<string, unknown>>

async function play(runtime: Runtime, scene: Scene): Promise<boolean> {
  console.log(`\n${bold(`== ${scene.title}`)}`)
  const token = await login(runtime, scene.username)
  const answer = await post(`${runtime.brokerUrl}/v1/credentials`, token, scene.request)
  const explained = await post(`${runtime.brokerUrl}/v1/explain`, undefined, {
    ...scene.request,
    token,
  })
  const code = answer.status === 200 ? 'issued' : answer.body.code
  console.log(`code    ${String(code)} (HTTP ${answer.status})`)
  console.log(
    `reason  ${String(explained.body.reason ?? `rule "${String(explained.body.rule)}" holds`)}`,
  )
  showTrace(explained.body.trace)
  if (answer.status === 200) showSession(answer.body, explained.body)
  const expectedOutcome = scene.expectedCode === 'issued' ? 'would-issue' : 'would-refuse'
  const asTold = code === scene.expectedCode && explained.body.outcome === expectedOutcome
  console.log(
    asTold
      ? green('as told')
      : red(`NOT as told: expected ${scene.expectedCode} and ${expectedOutcome}`),
  )
  return asTold
}

function showTrace(trace: unknown): void {
  for (const step of Array.isArray(trace) ? trace.map(asRecord) : []) {
    const found = step.found === undefined ? '' : `, found ${String(step.found)}`
    const expected =
      step.passed === true || step.expected === undefined
        ? ''
        : `, expected ${String(step.expected)}`
    console.log(
      `  ${step.passed === true ? green('✓') : red('✗')} ${String(step.stage)}: ${String(step.check)}${expected}${found}`,
    )
  }
}

function showSession(answer: Json, explained: Json): void {
  const { accessKeyId, expiration } = asRecord(answer.credentials)
  console.log(
    `access key ${String(accessKeyId)} until ${String(expiration)}, as ${String(answer.assumedRoleArn)}`,
  )
  console.log(
    `session policy ${JSON.stringify(asRecord(explained.plan).sessionPolicy, undefined, 2)}`,
  )
}

async function login(runtime: Runtime, username: string): Promise<string> {
  const form = {
    grant_type: 'urn:demo:user',
    username,
    client_id: DEMO_CLIENT.id,
    client_secret: DEMO_CLIENT.secret,
  }
  const response = await fetch(`${runtime.idpUrl}/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  })
  const { id_token: token } = asRecord(await response.json())
  if (typeof token !== 'string') throw new Error(`${username} could not log in`)
  return token
}

async function post(
  url: string,
  token: string | undefined,
  body: Json,
): Promise<{ readonly status: number; readonly body: Json }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: asRecord(await response.json()) }
}

function asRecord(value: unknown): Json {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {}
}

/** The broker writes its audit records to stdout, one line a request; here they would tear the story apart. */
function hideAuditRecords(): void {
  type Done = (error?: Error | null) => void
  const write = process.stdout.write.bind(process.stdout)
  process.stdout.write = (
    chunk: string | Uint8Array,
    encoding?: BufferEncoding | Done,
    callback?: Done,
  ): boolean => {
    const done = typeof encoding === 'function' ? encoding : callback
    if (!String(chunk).startsWith('{"time":')) return write(chunk, done)
    if (done) queueMicrotask(done)
    return true
  }
}

hideAuditRecords()
const runtime = await startRuntime({ brokerPort: 0, idpPort: 0, stsPort: 0 })
let allAsTold = true
try {
  for (const scene of SCENES) allAsTold = (await play(runtime, scene)) && allAsTold
} finally {
  await runtime.close()
}
process.exitCode = allAsTold ? 0 : 1
