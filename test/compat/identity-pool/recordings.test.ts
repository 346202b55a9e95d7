/** What unmodified clients send to a pool, compared with recordings of their requests. */
import { CognitoIdentity } from '@aws-sdk/client-cognito-identity'
import { fromCognitoIdentity, fromCognitoIdentityPool } from '@aws-sdk/credential-providers'
import AWS from 'aws-sdk/global.js'
import { afterAll, describe, expect, it } from 'vitest'
import { skipsPython } from '../python-programs.ts'
import { providerOf } from './pool-device.ts'
import { callWithBotocore } from './python-pool-clients.ts'
import { SCORES_ROLE, startRecordedPools } from './recorded-pools.ts'
import {
  type RecordedRequest,
  readRecording,
  requestsDuring,
  slashAfterPath,
  stableForm,
} from './recorded-requests.ts'
import { DIFFERENCES, notRepeated } from './recording-differences.ts'
import { startSdkV2App } from './sdk-v2-device.ts'
import { startPoolProviderApp } from './sdk-v3-devices.ts'

const { proxy, locationOf, alice, bob } = await startRecordedPools()
const { endpoint, poolId } = locationOf('stateless')
const ACCESS_KEYS = { accessKeyId: 'AKIDADMIN', secretAccessKey: 'a secret that proves nothing' }
const region = 'eu-west-1'

/** The name of a recorded scenario, and what the client does. */
type Scenario = readonly [string, () => Promise<unknown>]

/** For apps, and for backends with a key pair of the pool. */
const SERVED = [
  ...['GetId', 'GetCredentialsForIdentity', 'GetOpenIdToken', 'UnlinkIdentity'],
  ...['GetOpenIdTokenForDeveloperIdentity', 'LookupDeveloperIdentity'],
  ...['MergeDeveloperIdentities', 'UnlinkDeveloperIdentity'],
]

/** What each operation got with made-up tokens and keys. */
const outcomes: Record<string, string> = {}
afterAll(() => {
  console.table(outcomes)
  console.table(DIFFERENCES)
})

describe('AWS SDK for JavaScript v3, operations', () => {
  const recording = readRecording('sdk-js-v3-operations')
  const client = new CognitoIdentity({ endpoint, region, credentials: ACCESS_KEYS })

  it.each([...recording])('%s', async (scenario, recorded) => {
    const operation = scenario.replace('op ', '')
    const method = operation.charAt(0).toLowerCase() + operation.slice(1)
    const call: unknown = Object.entries(CognitoIdentity.prototype).find(
      ([name]) => name === method,
    )?.[1]
    if (typeof call !== 'function') throw new Error(`The SDK has no operation ${operation}.`)
    let outcome = ''
    const sent = await requestsDuring(proxy, async () => {
      const input = JSON.parse(firstOf(recorded).body ?? '')
      outcome = await call.call(client, input).then(
        () => 'accepted',
        ({ name }: Error) => name,
      )
    })
    expect(sent).toEqual(recorded.map(stableForm))
    expect(proxy.received.map(slashAfterPath)).toEqual([true])
    outcomes[operation] = outcome
    // The recorded tokens and keys are made up. Administrators have no access by this endpoint.
    if (SERVED.includes(operation)) expect(outcome).toMatch(/^\w+Exception$/)
    else expect(outcome).toBe('NotAuthorizedException')
  })
})

describe('AWS SDK for JavaScript v3, credential providers', () => {
  const recording = readRecording('sdk-js-v3-providers')
  const clientConfig = { endpoint, region }
  const guest = startPoolProviderApp({ endpoint, poolId })
  const withLogin = (token: string, more: object = {}) => {
    const logins = { [providerOf(token)]: async () => token }
    return fromCognitoIdentityPool({ clientConfig, identityPoolId: poolId, logins, ...more })
  }
  const twice = async (provide: () => Promise<unknown>) => [await provide(), await provide()]

  const scenarios: readonly Scenario[] = [
    ['guest, first use', () => guest.session()],
    ['guest, same provider again', () => guest.session()],
    ['guest, new provider, same process', () => guest.session()],
    ['login, first', async () => withLogin(await alice())()],
    ['login, second call of the same provider', async () => withLogin(await alice())()],
    [
      'login with userIdentifier',
      async () => twice(withLogin(await alice(), { userIdentifier: 'alice', cache: mapStorage() })),
    ],
    [
      'guest identity given to fromCognitoIdentity with login, other id answered',
      async () => {
        const { identityId } = await guest.session()
        proxy.received.length = 0
        const token = await alice()
        const logins = { [providerOf(token)]: token }
        const provided = fromCognitoIdentity({ clientConfig, identityId, logins })()
        await expect(provided).rejects.toThrow(
          expect.objectContaining({ name: 'ResourceNotFoundException' }),
        )
      },
    ],
    [
      'customRoleArn and accountId',
      async () => {
        const chosen = { accountId: '111122223333', customRoleArn: SCORES_ROLE }
        await withLogin(await bob(), chosen)()
      },
    ],
    [
      'endpoint with a path',
      async () => new CognitoIdentity(clientConfig).getId({ IdentityPoolId: poolId }),
    ],
    [
      'endpoint by environment',
      () => withEndpoint(() => new CognitoIdentity({ region }).getId({ IdentityPoolId: poolId })),
    ],
    [
      'provider with clientConfig only, endpoint by environment',
      async () => {
        const { identityId } = await guest.session()
        proxy.received.length = 0
        await withEndpoint(fromCognitoIdentity({ clientConfig: { region }, identityId }))
      },
    ],
  ]

  it('repeats every recorded scenario, or the list of differences says why not', () => {
    expect(notRepeated(recording, scenarios)).toEqual([])
  })

  it.each(scenarios)('%s', async (scenario, work) => {
    expect(await requestsDuring(proxy, work)).toEqual(recording.get(scenario)?.map(stableForm))
    expect(new Set(proxy.received.map(slashAfterPath))).toEqual(new Set([true]))
  })

  async function withEndpoint<Result>(work: () => Promise<Result>): Promise<Result> {
    process.env.AWS_ENDPOINT_URL_COGNITO_IDENTITY = endpoint
    try {
      return await work()
    } finally {
      delete process.env.AWS_ENDPOINT_URL_COGNITO_IDENTITY
    }
  }
})

describe('AWS SDK for JavaScript v2', () => {
  const recording = readRecording('sdk-js-v2')
  const guest = startSdkV2App({ endpoint, poolId })

  const scenarios: readonly Scenario[] = [
    ['sdk v2 guest', () => guest.session()],
    ['sdk v2 login added to the guest, other id answered', async () => guest.session(await bob())],
    ['sdk v2 login first', async () => startSdkV2App({ endpoint, poolId }).session(await bob())],
    [
      'sdk v2 classic flow with RoleArn',
      async () => {
        const token = await bob()
        const params = { IdentityPoolId: poolId, RoleArn: SCORES_ROLE }
        const logins = { Logins: { [providerOf(token)]: token } }
        const config = { region, ...{ endpoint } }
        const credentials = new AWS.CognitoIdentityCredentials({ ...params, ...logins }, config)
        // The OpenID token is then sent to AWS STS, which cannot be reached here.
        await expect(credentials.getPromise()).rejects.toThrow()
      },
    ],
  ]

  it('repeats every recorded scenario', () => {
    expect(notRepeated(recording, scenarios)).toEqual([])
  })

  it.each(scenarios)('%s', async (scenario, work) => {
    expect(await requestsDuring(proxy, work)).toEqual(recording.get(scenario)?.map(stableForm))
    expect(new Set(proxy.received.map(slashAfterPath))).toEqual(new Set([false]))
  })
})

describe.skipIf(skipsPython())('botocore', () => {
  const scenarios = [...readRecording('botocore').values()]

  it('sends what was recorded of each operation', async () => {
    const calls = scenarios.map((recorded) => {
      const { headers, body, path: requested } = firstOf(recorded)
      return {
        endpoint: /.\/$/.test(requested) ? `${endpoint}/` : endpoint,
        operation: String(headers['X-Amz-Target']).split('.')[1] ?? '',
        input: JSON.parse(body ?? ''),
        ...(Object.keys(headers).includes('Authorization') ? { keys: ACCESS_KEYS } : {}),
      }
    })
    const sent = await requestsDuring(proxy, () => callWithBotocore(...calls))
    const recorded = scenarios.flat().map(stableForm)
    expect(sent.map(String).sort()).toEqual(recorded.map(String).sort())
    expect(proxy.received.filter(slashAfterPath)).toHaveLength(1)
  })
})

function firstOf(recorded: readonly RecordedRequest[]): RecordedRequest {
  const [first] = recorded
  if (first === undefined) throw new Error('The scenario has no request.')
  return first
}

function mapStorage() {
  const stored = new Map<string, string>()
  return {
    getItem: (name: string) => stored.get(name) ?? null,
    setItem: (name: string, value: string) => void stored.set(name, value),
    removeItem: (name: string) => void stored.delete(name),
  }
}
