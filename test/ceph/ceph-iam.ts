/** Manages identity providers and roles at Ceph with the unmodified IAM client of the AWS SDK. */
import { createHash } from 'node:crypto'
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  DeleteOpenIDConnectProviderCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam'
import type { Statement } from './ceph-tenants.ts'
import type { Ceph } from './cluster/start-ceph.ts'

const POLICY_NAME = 'permissions'

export interface TrustedIssuer {
  readonly url: string
  readonly audience: string
  /** Patterns one of which `sub` must match. */
  readonly subjects?: readonly string[]
}

export function connectIam({ endpoint, admin }: Pick<Ceph, 'endpoint' | 'admin'>) {
  const client = new IAMClient({ region: 'default', endpoint, credentials: admin })
  const putRolePolicy = (role: string, policy: readonly Statement[]) =>
    client.send(
      new PutRolePolicyCommand({
        RoleName: role,
        PolicyName: POLICY_NAME,
        PolicyDocument: policyDocument(policy),
      }),
    )
  return {
    putRolePolicy,
    /** Ceph 16.2 requires the SHA-1 thumbprint of a certificate; newer versions also compare it. */
    async trustIssuer({ url, audience }: TrustedIssuer) {
      const thumbprint = await thumbprintOf(url)
      const provider = { Url: url, ClientIDList: [audience], ThumbprintList: [thumbprint] }
      await client.send(new CreateOpenIDConnectProviderCommand(provider))
    },
    async distrustIssuer(url: string) {
      await client.send(
        new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: providerArn(url) }),
      )
    },
    async createRole(
      role: string,
      issuers: readonly TrustedIssuer[],
      policy: readonly Statement[],
    ) {
      const trustPolicy = policyDocument(issuers.map(trustStatement))
      await client.send(
        new CreateRoleCommand({ RoleName: role, AssumeRolePolicyDocument: trustPolicy }),
      )
      await putRolePolicy(role, policy)
    },
    async deleteRole(role: string) {
      await client.send(new DeleteRolePolicyCommand({ RoleName: role, PolicyName: POLICY_NAME }))
      await client.send(new DeleteRoleCommand({ RoleName: role }))
    },
    close: () => client.destroy(),
  }
}

function trustStatement({ url, audience, subjects }: TrustedIssuer) {
  const name = nameOf(url)
  return {
    Effect: 'Allow',
    Principal: { Federated: [providerArn(url)] },
    // A token with tags needs sts:TagSession, as at AWS. Ceph 16.2 does not support
    // sts:SetSourceIdentity.
    Action: ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession'],
    Condition: {
      StringEquals: { [`${name}:aud`]: audience },
      ...(subjects === undefined ? {} : { StringLike: { [`${name}:sub`]: subjects } }),
    },
  }
}

const nameOf = (url: string) => url.replace(/^https?:\/\//, '')
const providerArn = (url: string) => `arn:aws:iam:::oidc-provider/${nameOf(url)}`
const policyDocument = (Statement: readonly object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement })

async function thumbprintOf(issuer: string): Promise<string> {
  const discovery = await fetchJson(`${issuer}/.well-known/openid-configuration`)
  const { keys } = await fetchJson(discovery.jwks_uri)
  return createHash('sha1').update(Buffer.from(keys[0].x5c[0], 'base64')).digest('hex')
}

async function fetchJson(url: string) {
  return JSON.parse(await (await fetch(url)).text())
}
