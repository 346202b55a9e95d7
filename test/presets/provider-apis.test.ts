/** The pages about providers that are asked about tokens: their documents accept these tokens. */
import { describe, expect, it } from 'vitest'
import { startAmazon } from '../fixtures/amazon-server.ts'
import { startFacebook } from '../fixtures/facebook-server.ts'
import { startGitHub } from '../fixtures/github-server.ts'
import { closeAfterTests, startTestBroker } from '../fixtures/index.ts'
import { examine, readProviderPage } from './provider-page.ts'

const SECRET = 'secret-canary-of-the-app'

interface ProviderCase {
  readonly kind: string
  /** The client id of the page, in place of which the server knows `acme-app`. */
  readonly clientId: string
  readonly url: string
  readonly token: () => string
  readonly subject: string
  readonly resource: string
  /** The tokens of the page's table; undefined: a valid one, and a request without a tenant. */
  readonly mistakes: Readonly<Record<string, string | undefined>>
}

const amazon = await closeAfterTests(startAmazon())
const facebook = await closeAfterTests(startFacebook(SECRET))
const github = await closeAfterTests(startGitHub(SECRET))

const CASES: readonly ProviderCase[] = [
  {
    kind: 'login-with-amazon',
    clientId: 'amzn1.application-oa2-client.1234567890abcdef1234567890abcdef',
    ...amazon,
    subject: 'amzn1.account.ALICE',
    resource: 'arn:aws:s3:::acme-files/amzn1.account.ALICE/*',
    mistakes: {
      'A token of another client': amazon.token({ aud: 'other-app' }),
      'No tenant': undefined,
      'A token that has expired or that Amazon does not know': 'Atza|unknown',
    },
  },
  {
    kind: 'facebook',
    clientId: '1234567890123456',
    ...facebook,
    subject: '10215241773831025',
    resource: 'arn:aws:s3:::acme-files/10215241773831025/*',
    mistakes: {
      'A token of another app': facebook.token({ app_id: 'other-app' }),
      'No tenant': undefined,
      'A token of a page or of the app itself': facebook.token({ type: 'PAGE' }),
    },
  },
  {
    kind: 'github',
    clientId: 'Iv1.8a61f9b3a7aba766',
    ...github,
    subject: '583231',
    resource: 'arn:aws:s3:::acme-files/583231/*',
    mistakes: {
      'A token of another app, or a personal access token': 'ghp_0123456789',
      'No tenant': undefined,
      'A token that the user revoked': 'gho_revoked',
    },
  },
]

describe.each(CASES)('$kind', ({ kind, clientId, url, token, subject, resource, mistakes }) => {
  const page = readProviderPage(`providers/${kind}`)
  const document = page.document
    .replaceAll(clientId, 'acme-app')
    .replace(`kind: ${kind}`, `kind: ${kind}, url: '${url}'`)
  const start = () =>
    startTestBroker({
      documents: [document],
      environment: { BROKER_SECRET_FACEBOOK_APP: SECRET, BROKER_SECRET_GITHUB_APP: SECRET },
    })

  it('has a page whose document has no finding, and proves its callers separate', () => {
    expect(page.document).toContain(clientId)
    expect(examine(page.document)).toEqual({ problems: [], verdicts: new Set(['separate']) })
  })

  it('accepts a token of which the provider says whose it is', async () => {
    const broker = await start()
    const response = await broker.post('/v1/credentials', token(), { tenant: 'acme' })
    expect(broker.audit.at(-1)).toMatchObject({ outcome: 'issued', subject })
    expect(response.status).toBe(200)
    expect(broker.sts.calls.at(-1)?.get('Policy')).toContain(`"${resource}"`)
  })

  it('has a page that lists mistakes with the refusal that each gets', async () => {
    const broker = await start()
    const found: string[][] = []
    for (const [what, wrong] of Object.entries(mistakes)) {
      const tenant = wrong === undefined ? {} : { tenant: 'acme' }
      const { body } = await broker.post('/v1/credentials', wrong ?? token(), tenant)
      found.push([what, `\`${JSON.parse(body).code}\``])
    }
    expect(page.mistakes).toEqual(found)
  })
})
