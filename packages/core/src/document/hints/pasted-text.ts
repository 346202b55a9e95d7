/** Finds what was copied from elsewhere into a document, and says how the document says it. */
import { stringify } from 'yaml'
import { isObject } from '../../model/strict-json.ts'
import { formatPath } from '../../model/value-path.ts'
import type { DocumentPath, Report } from '../document-problem.ts'
import { type PastedKeys, recognizeKeys } from './pasted-keys.ts'
import { type PastedPolicy, recognizePolicy } from './pasted-policies.ts'
import { memberAt } from './schema-places.ts'

/** Of OpenID Connect Discovery 1.0 §3; one of them alone may be a misspelt field. */
const DISCOVERY_MEMBERS = [
  ...['jwks_uri', 'authorization_endpoint', 'token_endpoint', 'userinfo_endpoint'],
  ...['response_types_supported', 'subject_types_supported'],
]
/** A longer suggestion ends with the number of lines that it omits. */
const MAX_LINES = 40

/**
 * Keys, policies and discovery documents in the form of other tools.
 * @param paths where the document does not match the schema
 * @returns the paths of the pasted values, of which everything else that is wrong follows
 */
export function explainPastedText(
  document: unknown,
  paths: readonly DocumentPath[],
  report: Report,
): ReadonlySet<string> {
  const explained = new Set<string>()
  const explain = (path: DocumentPath, ...rest: Explanation) => {
    if (explained.has(formatPath(path))) return
    explained.add(formatPath(path))
    const [message, hint, suggestion] = rest
    report(path, message, hint, {
      id: 'pasted-text',
      ...(suggestion === undefined ? {} : { suggestion: yamlOf(suggestion) }),
    })
  }
  const isTenant = isObject(document) && ('tenant' in document || 'issuers' in document)
  if (!isTenant) {
    const whole = explainDocument(document)
    if (whole !== undefined) explain([], ...whole)
    return explained
  }
  for (const path of paths)
    for (let length = path.length; length > 0; length--) {
      const at = path.slice(0, length)
      const explanation = explainValue(at, memberAt(document, at))
      if (explanation === undefined) continue
      explain(at, ...explanation)
      break
    }
  return explained
}

type Explanation = readonly [message: string, hint: string, suggestion?: unknown]

/** The file is not a tenant document at all. */
function explainDocument(document: unknown): Explanation | undefined {
  const policy = recognizePolicy(document)
  if (policy !== undefined && policy.kind !== 'ARN')
    return ofPolicy(policy, 'the file is', 'write a tenant document with a grant that has it')
  if (isDiscovery(document)) return ofDiscovery(document, 'the file is')
  const keys = recognizeKeys(document)
  return keys && ofKeys(keys, 'the file is', true)
}

function explainValue(path: DocumentPath, value: unknown): Explanation | undefined {
  const [part, , field] = path
  const last = path.at(-1)
  if (part === 'issuers') {
    if (isDiscovery(value)) return ofDiscovery(value, last === 'verify' ? 'verify is' : 'this is')
    const isKeys = field === 'verify' || field === 'keys' || field === 'jwks'
    const keys = isKeys && !isWhole(value) ? recognizeKeys(value) : undefined
    // A key of a list has its place already.
    if (keys?.kind === 'key' && typeof last === 'number') return undefined
    return keys && ofKeys(keys, `${last === 'verify' ? 'verify' : 'keys'} is`, field === 'keys')
  }
  if (part !== 'grants') return undefined
  const isPolicy = field === 'policy' || path.length === 2
  const policy = isPolicy ? recognizePolicy(value) : undefined
  return policy && ofPolicy(policy, path.length === 2 ? 'the grant contains' : 'policy is')
}

/** `verify` with a kind is as it should be, whatever else is wrong with it. */
function isWhole(value: unknown): boolean {
  return isObject(value) && 'kind' in value
}

function ofKeys(keys: PastedKeys, subject: string, atIssuer: boolean): Explanation {
  if (keys.kind === 'private key')
    return [
      `${subject} a private key, which must never be in a document`,
      'replace the key pair at once: this key is no longer private. Then write its public key',
    ]
  const form =
    keys.kind === 'PEM' ? 'a key or a certificate in PEM' : `a JSON Web ${capital(keys.kind)}`
  const message = `${subject} ${form}, and a list of JWKs is expected`
  if (keys.keys.length === 0) return [message, 'write keys: and a list of public keys as JWKs']
  const verify = { verify: { kind: 'jwt', keys: keys.keys } }
  return [message, atIssuer ? 'write in the issuer:' : 'write:', verify]
}

function capital(kind: 'key set' | 'key'): string {
  return kind === 'key' ? 'Key' : 'Key Set'
}

function ofPolicy(policy: PastedPolicy, subject: string, where = ''): Explanation {
  if (policy.kind === 'trust policy')
    return [
      `${subject} a trust policy, which says who may assume a role`,
      'write what the session may do. The trust policy belongs to the role: ' +
        '"token-broker trust-policy FILE" prints the one that it needs',
    ]
  if (policy.kind === 'ARN')
    return [
      `${subject} the ARN of a policy, and a list of statements is expected`,
      'write the ARN in managedPolicies, and in policy the statements that narrow it:',
      {
        managedPolicies: [policy.arn],
        policy: [{ Effect: 'Allow', Action: 'service:Action', Resource: 'arn:…' }],
      },
    ]
  return [
    `${subject} a whole policy document of AWS, and a list of its statements is expected`,
    `${where === '' ? 'write' : where}:`,
    { policy: policy.statements },
  ]
}

function isDiscovery(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value) && DISCOVERY_MEMBERS.filter((name) => name in value).length > 1
}

function ofDiscovery(document: Readonly<Record<string, unknown>>, subject: string): Explanation {
  const issuer = typeof document.issuer === 'string' ? document.issuer : 'https://…'
  return [
    `${subject} the discovery document of an OpenID provider`,
    'write the issuer and your audiences; the broker finds the keys by discovery:',
    { issuers: [{ issuer, audiences: ['your-client-id'] }] },
  ]
}

function yamlOf(value: unknown): string {
  const lines = stringify(value, { lineWidth: 0 }).trimEnd().split('\n')
  const omitted = lines.length - MAX_LINES
  if (omitted <= 0) return lines.join('\n')
  return [...lines.slice(0, MAX_LINES), `# and ${omitted} lines more`].join('\n')
}
