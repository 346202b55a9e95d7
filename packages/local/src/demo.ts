/** `npm run demo`: logins that get credentials and others that are refused, with the reasons. */
import { DEMO_CLIENT } from './demo-idp.ts'
import { type Runtime, startRuntime } from './runtime.ts'

interface Scene {
  readonly title: string
  readonly username: string
  /** The user whose token is sent as the actor token. */
  readonly actor?: string
  /** Which of the tokens of a login is sent. The access token is opaque. */
  readonly token: 'id_token' | 'access_token'
  /** Fields of the JSON body of `POST /v1/credentials`. */
  readonly request: Readonly<Record<string, string>>
  readonly expectedCode: 'issued' | 'access_denied' | 'claim_unusable'
}

type Login = Pick<Scene, 'username' | 'token'>

const SCENES: readonly Scene[] = [
  {
    title: 'alice requests credentials',
    username: 'alice',
    token: 'id_token',
    request: {},
    expectedCode: 'issued',
  },
  {
    title: 'bob requests a session of tenant gamma with an opaque access token',
    username: 'bob',
    token: 'access_token',
    request: { tenant: 'gamma' },
    expectedCode: 'issued',
  },
  {
    title: 'courier, a partner, acts for dora, who is of its region',
    username: 'dora',
    actor: 'courier',
    token: 'id_token',
    request: {},
    expectedCode: 'issued',
  },
  {
    title: 'robot, an agent, acts for dora, and gets what both may do',
    username: 'dora',
    actor: 'robot',
    token: 'id_token',
    request: {},
    expectedCode: 'issued',
  },
  {
    title: 'courier acts for dora, and requests what only dora may have',
    username: 'dora',
    actor: 'courier',
    token: 'id_token',
    request: { grant: 'orders' },
    expectedCode: 'access_denied',
  },
  {
    title: 'bob, a user of tenant beta, requests a session of tenant acme',
    username: 'bob',
    token: 'id_token',
    request: { tenant: 'acme' },
    expectedCode: 'access_denied',
  },
  {
    title: 'mallory, with subject ../alice and team *, requests credentials',
    username: 'mallory',
    token: 'id_token',
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

/** Returns whether the broker decided as expected. */
async function runScene(runtime: Runtime, scene: Scene): Promise<boolean> {
  console.log(`\n${bold(`== ${scene.title}`)}`)
  const token = await login(runtime, scene)
  const { actor, token: wanted } = scene
  const acting = actor && { actorToken: await login(runtime, { username: actor, token: wanted }) }
  const request = { ...scene.request, ...acting }
  const response = await post(`${runtime.brokerUrl}/v1/credentials`, token, request)
  const explained = await post(`${runtime.brokerUrl}/v1/explain`, undefined, { ...request, token })
  const { reason, rule, outcome, trace } = explained.body
  const code = response.status === 200 ? 'issued' : response.body.code
  console.log(`code    ${String(code)} (HTTP ${response.status})`)
  console.log(`reason  ${String(reason ?? `rule "${String(rule)}" passed`)}`)
  showChecks(trace)
  if (response.status === 200) showSession(response.body, explained.body)
  const expectedOutcome = scene.expectedCode === 'issued' ? 'would-issue' : 'would-refuse'
  const asExpected = code === scene.expectedCode && outcome === expectedOutcome
  console.log(
    asExpected
      ? green('as expected')
      : red(`NOT as expected: should be ${scene.expectedCode} and ${expectedOutcome}`),
  )
  return asExpected
}

function showChecks(trace: unknown): void {
  for (const step of Array.isArray(trace) ? trace.map(asRecord) : []) {
    const passed = step.passed === true
    const found = step.found === undefined ? '' : `, found ${String(step.found)}`
    const expected =
      passed || step.expected === undefined ? '' : `, expected ${String(step.expected)}`
    const mark = passed ? green('✓') : red('✗')
    console.log(`  ${mark} ${String(step.stage)}: ${String(step.check)}${expected}${found}`)
  }
}

function showSession(issued: Json, explained: Json): void {
  const { accessKeyId, expiration } = asRecord(issued.credentials)
  const { sessionPolicy } = asRecord(explained.plan)
  const role = String(issued.assumedRoleArn)
  console.log(`access key ${String(accessKeyId)} until ${String(expiration)}, as ${role}`)
  console.log(`session policy ${JSON.stringify(sessionPolicy, undefined, 2)}`)
}

async function login(runtime: Runtime, { username, token: wanted }: Login): Promise<string> {
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
  const token = asRecord(await response.json())[wanted]
  if (typeof token !== 'string') throw new Error(`${username} could not log in at the demo IdP.`)
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

/** The broker writes one audit record per request to stdout; the demo leaves them out. */
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
let allAsExpected = true
try {
  for (const scene of SCENES) allAsExpected = (await runScene(runtime, scene)) && allAsExpected
} finally {
  await runtime.close()
}
process.exitCode = allAsExpected ? 0 : 1
