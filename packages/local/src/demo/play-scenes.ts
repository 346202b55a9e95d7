/** Logins that get credentials and others that are refused, with the reasons. */
import { type Runtime, startRuntime } from '../runtime.ts'
import { asRecord, demoToken, type Json, type Login, postJson } from './demo-client.ts'
import { callObject, type ObjectCall } from './demo-objects.ts'

interface Scene extends Login {
  readonly title: string
  /** The user whose token is sent as the actor token. */
  readonly actor?: string
  /** Fields of the JSON body of `POST /v1/credentials`. */
  readonly request: Readonly<Record<string, string>>
  readonly expectedCode: 'issued' | 'access_denied' | 'claim_unusable'
}

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

interface ObjectScene extends ObjectCall {
  readonly title: string
  readonly isAllowed: boolean
}

const OWN = { username: 'alice', object: 'acme-uploads/alice/notes.txt' }
const OBJECT_SCENES: readonly ObjectScene[] = [
  {
    title: 'alice stores a note in S3, under her own name',
    ...{ ...OWN, command: 'put', text: 'Notes of alice', isAllowed: true },
  },
  { title: 'alice reads it', ...{ ...OWN, command: 'get', isAllowed: true } },
  {
    title: "alice reads an object under bob's name",
    ...{ ...OWN, command: 'get', object: 'acme-uploads/bob/notes.txt', isAllowed: false },
  },
]

interface Paint {
  bold(text: string): string
  green(text: string): string
  red(text: string): string
}

function createPaint(hasColor: boolean): Paint {
  const paint = (code: number) => (text: string) =>
    hasColor ? `\u001b[${code}m${text}\u001b[0m` : text
  return { bold: paint(1), green: paint(32), red: paint(31) }
}

/** Returns whether the broker decided as expected. */
async function runScene(runtime: Runtime, scene: Scene, paint: Paint): Promise<boolean> {
  const { bold, green, red } = paint
  console.log(`\n${bold(`== ${scene.title}`)}`)
  const token = await demoToken(runtime.idpUrl, scene)
  const { actor, token: wanted } = scene
  const acting = actor && {
    actorToken: await demoToken(runtime.idpUrl, { username: actor, token: wanted }),
  }
  const request = { ...scene.request, ...acting }
  const response = await postJson(`${runtime.brokerUrl}/v1/credentials`, token, request)
  const explained = await postJson(`${runtime.brokerUrl}/v1/explain`, undefined, {
    ...request,
    token,
  })
  const { reason, rule, outcome, trace } = explained.body
  const code = response.status === 200 ? 'issued' : response.body.code
  console.log(`code    ${String(code)} (HTTP ${response.status})`)
  console.log(`reason  ${String(reason ?? `rule "${String(rule)}" passed`)}`)
  showChecks(trace, paint)
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

function showChecks(trace: unknown, { green, red }: Paint): void {
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

/** Returns whether S3 decided as expected. */
async function runObjectScene(
  runtime: Runtime,
  scene: ObjectScene,
  { bold, green, red }: Paint,
): Promise<boolean> {
  console.log(`\n${bold(`== ${scene.title}`)}`)
  const { command, username, object, text } = scene
  const words = [command, username, object, ...(text === undefined ? [] : [`'${text}'`])]
  console.log(`   npm run --silent demo -- ${words.join(' ')}`)
  const s3Url = runtime.aws?.s3Url ?? ''
  const { lines, isAllowed } = await callObject({ ...runtime, s3Url }, scene)
  for (const line of lines) console.log(line)
  const asExpected = isAllowed === scene.isAllowed
  console.log(asExpected ? green('as expected') : red('NOT as expected'))
  return asExpected
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

/** @returns whether everything was as expected */
export async function playScenes(hasColor: boolean): Promise<boolean> {
  hideAuditRecords()
  const paint = createPaint(hasColor)
  const aws = { s3Port: 0, dynamodbPort: 0 }
  const runtime = await startRuntime({ brokerPort: 0, idpPort: 0, stsPort: 0, aws })
  let allAsExpected = true
  try {
    for (const scene of SCENES)
      allAsExpected = (await runScene(runtime, scene, paint)) && allAsExpected
    for (const scene of OBJECT_SCENES)
      allAsExpected = (await runObjectScene(runtime, scene, paint)) && allAsExpected
  } finally {
    await runtime.close()
  }
  return allAsExpected
}
