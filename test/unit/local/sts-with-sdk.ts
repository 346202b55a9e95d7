/** The local STS with three roles, called through the unmodified AWS SDK. */
import {
  AssumeRoleWithWebIdentityCommand,
  type AssumeRoleWithWebIdentityCommandInput,
  type AssumeRoleWithWebIdentityCommandOutput,
  STSClient,
} from '@aws-sdk/client-sts'
import type { Role, Roles } from '../../../packages/local/src/local-sts/roles.ts'
import { startLocalSts } from '../../../packages/local/src/local-sts/server.ts'
import { type FakeIssuer, startFakeIssuer } from './fake-issuer.ts'

export type StsInput = Partial<AssumeRoleWithWebIdentityCommandInput>

export interface StsWithSdk {
  readonly url: string
  readonly issuer: FakeIssuer
  readonly roles: Roles
  /** Assumes `ROLE` with a valid token, unless the input says otherwise. */
  assume(input?: StsInput): Promise<AssumeRoleWithWebIdentityCommandOutput>
  /** The name of the SDK's error, or `none`. */
  codeOf(input: StsInput): Promise<unknown>
  close(): Promise<void>
}

const ACCOUNT = '111122223333'
/** Accepts tags and a source identity, for up to 12 hours. */
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/acme-app`
/** Accepts sessions of up to one hour. */
export const SHORT_ROLE = `arn:aws:iam::${ACCOUNT}:role/short`
/** Accepts neither tags nor a source identity. */
export const PLAIN_ROLE = `arn:aws:iam::${ACCOUNT}:role/plain`

export async function startStsWithSdk(): Promise<StsWithSdk> {
  const issuer = await startFakeIssuer()
  const roles = {
    [ROLE]: roleOf(issuer, 43_200, 'sts:TagSession', 'sts:SetSourceIdentity'),
    [SHORT_ROLE]: roleOf(issuer, 3600),
    [PLAIN_ROLE]: roleOf(issuer, 43_200),
  }
  const sts = await startLocalSts({ port: 0, roles })
  const client = new STSClient({ endpoint: sts.url, region: 'us-east-1', maxAttempts: 1 })
  const assume = async (input: StsInput = {}) => {
    const WebIdentityToken = input.WebIdentityToken ?? (await issuer.sign())
    const defaults = { RoleArn: ROLE, RoleSessionName: 'alice' }
    return client.send(
      new AssumeRoleWithWebIdentityCommand({ ...defaults, ...input, WebIdentityToken }),
    )
  }
  return {
    url: sts.url,
    issuer,
    roles,
    assume,
    codeOf: (input) =>
      assume(input).then(
        () => 'none',
        (error) => (error instanceof Error ? error.name : error),
      ),
    close: async () => {
      client.destroy()
      await sts.close()
      await issuer.close()
    },
  }
}

/** Trusts the issuer's tokens for tenant acme, and an issuer that only has http. */
function roleOf(
  { provider }: FakeIssuer,
  maxSessionDurationSeconds: number,
  ...actions: string[]
): Role {
  const Federated = [provider, 'id.example'].map(
    (name) => `arn:aws:iam::${ACCOUNT}:oidc-provider/${name}`,
  )
  const statement = {
    Effect: 'Allow' as const,
    Principal: { Federated },
    Action: ['sts:AssumeRoleWithWebIdentity', ...actions],
    Condition: {
      StringEquals: { [`${provider}:aud`]: 'sts.amazonaws.com' },
      StringLike: { [`${provider}:sub`]: 'acme/only/*' },
    },
  }
  return {
    trustPolicy: { Version: '2012-10-17', Statement: [statement] },
    maxSessionDurationSeconds,
  }
}
