/** Expands an issuer with a preset to one of JWTs, before it is compiled. */
import { comparedClaims } from '../../expression/claim-paths.ts'
import type { DocumentPath, Report } from '../document-problem.ts'
import type {
  IssuerDocument,
  JwtIssuerDocument,
  NamedIssuerDocument,
  PresetVerification,
} from '../schema.ts'
import { PROVIDERS } from './compile-provider.ts'
import { PRESETS } from './presets/all-presets.ts'
import type { IssuerForm, Preset } from './presets/preset.ts'

type NamedPreset = Omit<JwtIssuerDocument, 'verify'> & { readonly verify: PresetVerification }

/** Each preset states them, or states by their absence that its provider's tokens need none. */
const STATED_FIELDS = ['types', 'audienceFallback', 'authorizedPartyClaim'] as const

/**
 * Gives the issuer its name, and the fields of its preset if it has one.
 * @returns undefined where the issuer has no name, which is reported
 */
export function expandIssuer(
  issuer: IssuerDocument,
  path: DocumentPath,
  report: Report,
): NamedIssuerDocument | undefined {
  const { verify } = issuer
  const preset = PRESETS.find(({ kind }) => kind === verify?.kind)
  const name = issuer.issuer ?? fixedNameOf(preset) ?? providerNameOf(verify)
  if (name === undefined) {
    const hint = preset?.issuerHint ?? 'write the iss of the tokens: https://id.acme.example'
    report([...path, 'issuer'], 'the issuer is missing', hint)
    return undefined
  }
  if (verify === undefined || verify.kind === 'jwt') return { ...issuer, issuer: name, verify }
  if (verify.kind === 'saml') return { ...issuer, issuer: name, verify }
  if (!isPreset(verify)) return { ...issuer, issuer: name, verify }
  return preset && expandPreset({ ...issuer, issuer: name, verify }, preset, path, report)
}

/**
 * A preset states what makes a token the provider's: the name of the issuer, its keys and
 * algorithms, and the claims that name the audience and the app. A document that states one of
 * these itself has an error, because `kind` would name a provider whose tokens it does not
 * describe; it may only accept fewer algorithms. All other fields are the document's own.
 */
function expandPreset(
  issuer: NamedPreset,
  preset: Preset,
  path: DocumentPath,
  report: Report,
): JwtIssuerDocument {
  const { kind, algorithms, issuerHint } = preset
  const form = preset.forms.find((one) => matches(one, issuer.issuer))
  if (form === undefined)
    report(
      [...path, 'issuer'],
      `${issuer.issuer} is not the name of an issuer of ${kind}`,
      `${issuerHint}; for another issuer, write verify.kind: jwt`,
    )
  for (const field of STATED_FIELDS.filter((one) => issuer[one] !== undefined))
    report(
      [...path, field],
      `${field} is stated by verify.kind: ${kind}`,
      `remove ${field}; to state it yourself, write verify.kind: jwt`,
    )
  for (const [index, algorithm] of (issuer.algorithms ?? []).entries())
    if (!algorithms.includes(algorithm))
      report(
        [...path, 'algorithms', index],
        `tokens of ${kind} are not signed with ${algorithm}`,
        `remove it, or write some of: ${algorithms.join(', ')}`,
      )
  checkOwner(issuer, form, path, report)
  return {
    ...issuer,
    verify: { ...issuer.verify, kind: 'jwt', ...keysOf(issuer, form) },
    subject: issuer.subject ?? form?.subject,
    audienceFallback: form?.audienceFallback,
    authorizedPartyClaim: form?.authorizedPartyClaim,
    algorithms: issuer.algorithms ?? [...algorithms],
  }
}

/**
 * An audience does not keep customers apart who may request tokens for any audience: without a
 * condition, a stranger's job would be a caller of the tenant.
 */
function checkOwner(
  { member = '', verify, issuer }: NamedPreset,
  form: IssuerForm | undefined,
  path: DocumentPath,
  report: Report,
): void {
  const claims = form?.ownerClaims
  if (claims === undefined) return
  const compared = comparedClaims(member).filter(({ length }) => length === 1)
  if (compared.some(([claim = '']) => claims.includes(claim))) return
  report(
    [...path, 'member'],
    `every customer of ${verify.kind} can get a token of ${issuer} for any audience, and no ` +
      'member condition names the customer',
    `write member: claims.${claims[0]} == "…" with your own id as text, or compare another one ` +
      `of: ${claims.join(', ')}`,
  )
}

function keysOf(
  { verify, issuer }: NamedPreset,
  form: IssuerForm | undefined,
): { readonly jwksUri?: string } {
  const { jwksUri } = form ?? {}
  if (jwksUri === undefined || 'jwksUri' in verify || 'keys' in verify) return {}
  return { jwksUri: jwksUri.startsWith('/') ? `${issuer}${jwksUri}` : jwksUri }
}

function matches({ issuer }: IssuerForm, name: string): boolean {
  return typeof issuer === 'string' ? issuer === name : issuer.exec(name)?.[0] === name
}

function fixedNameOf(preset: Preset | undefined): string | undefined {
  const issuer = preset?.forms[0].issuer
  return typeof issuer === 'string' ? issuer : undefined
}

function providerNameOf(verify: IssuerDocument['verify']): string | undefined {
  return verify !== undefined && verify.kind in PROVIDERS
    ? PROVIDERS[verify.kind as keyof typeof PROVIDERS].issuer
    : undefined
}

function isPreset(verify: NonNullable<IssuerDocument['verify']>): verify is PresetVerification {
  return PRESETS.some(({ kind }) => kind === verify.kind)
}
