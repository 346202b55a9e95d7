/** Many tenants of one issuer, and what an index finds among them. */
import {
  type AudienceTenants,
  type CompiledIssuer,
  type CompiledTenant,
  type IssuerTrust,
  tenantIndexOf,
} from '@token-broker/core'
import fc from 'fast-check'

export const ISSUER = 'https://id.example'
/** Names of audiences and values that callers send, or that lead elsewhere in a map. */
export const TEXTS = [
  'app',
  'web',
  'a',
  'b',
  '7',
  '',
  '__proto__',
  'constructor',
  'toString',
  'ü',
  '\ud800',
]
/** What a trust says of every tenant, and for every audience and claim value of {@link TEXTS}. */
export async function describeIndex(
  trust: IssuerTrust | undefined,
  tenants: readonly CompiledTenant[],
) {
  if (trust === undefined) throw new Error('expected a trust')
  const { first, audiences, has, accepting } = tenantIndexOf(trust)
  const known: boolean[] = []
  for (const name of [...tenants.map(({ tenant }) => tenant), ...TEXTS]) known.push(await has(name))
  const byAudience: (DescribedAudience | undefined)[] = []
  for (const audience of TEXTS) {
    const [accepted] = await accepting([audience])
    byAudience.push(accepted && (await describeAudience(accepted)))
  }
  return { first, audiences, known, byAudience }
}

type DescribedAudience = Awaited<ReturnType<typeof describeAudience>>

async function describeAudience({ names, always, claims, requiring }: AudienceTenants) {
  const required: unknown[] = []
  for (const [position, claim] of claims.entries()) {
    const byValue: (readonly string[])[] = []
    for (const value of TEXTS) byValue.push(await requiring(position, [value]))
    required.push([claim, byValue, await requiring(position, TEXTS)])
  }
  return { names, always, required }
}

type Requirement = NonNullable<CompiledIssuer['memberRequires']>

export function generateTenants(
  minLength: number,
  maxLength: number,
): fc.Arbitrary<CompiledTenant[]> {
  const text = fc.constantFrom(...TEXTS.filter((value) => value.isWellFormed()))
  const requirement = fc.record({
    claim: fc.constantFrom(['org'], ['groups'], ['a', 'b']),
    value: text,
  })
  return fc
    .array(
      fc.tuple(
        fc.uniqueArray(text, { minLength: 1, maxLength: 3 }),
        fc.option(requirement, { nil: undefined }),
      ),
      { minLength, maxLength },
    )
    .map((tenants) =>
      tenants.map(([audiences, requires], index) =>
        tenantOfIssuer(`t${index}`, audiences, {}, requires),
      ),
    )
}

export function tenantOfIssuer(
  tenant: string,
  audiences: readonly string[],
  profile: { readonly maxTokenAgeSeconds?: number } = {},
  memberRequires?: Requirement,
): CompiledTenant {
  const issuer: CompiledIssuer = {
    profile: {
      ...{ issuer: ISSUER, keys: { from: 'discovery' }, algorithms: ['RS256'], types: ['jwt'] },
      ...{ maxTokenAgeSeconds: 86_400, clockToleranceSeconds: 30, ...profile },
    },
    ...{ audiences, authorizedParties: [], prefetch: false },
    ...(memberRequires === undefined ? {} : { memberRequires }),
  }
  return {
    ...{ tenant, issuers: [issuer], attributes: {}, rules: [], grants: {}, allowedOrigins: [] },
  }
}
