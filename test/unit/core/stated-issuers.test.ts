/** The issuer and the kind that a request states of its token. */
import { expect, it } from 'vitest'
import { createRequestPath, ISSUER } from './run-request.ts'

it('the issuer that a request states is that of the token', async () => {
  const { issue } = createRequestPath()
  expect(await issue({ issuer: ISSUER })).toMatchObject({ grant: 'read' })
  const other = createRequestPath()
  expect(await other.issue({ issuer: 'https://other.example' })).toMatchObject({
    code: 'invalid_token',
    message: expect.stringContaining('https://other.example'),
  })
  expect(other.calls).toEqual(['audit'])
})

it('a token that is stated to be an assertion is read as one', async () => {
  const read: string[] = []
  const samlVerifier = {
    read: async (token: string) => {
      read.push(token)
      throw new TypeError('no assertion')
    },
    verify: async () => undefined,
  }
  const { issue, calls } = createRequestPath({ samlVerifier } as never)
  const token = { subjectToken: 'PHg+', tokenType: 'saml2' } as const
  expect(await issue(token)).toMatchObject({ code: 'internal' })
  expect(calls).toEqual(['audit'])
  expect(read).toHaveLength(1)
})
