/** Guards of the reader of SAML, of its signatures, conditions and metadata. */
import type { Mutant } from './mutant.ts'

export const SAML_MUTANTS: readonly Mutant[] = [
  {
    guard: 'XML: no comments',
    find: "if (following === '!' || following === '?')",
    replace: "if (following === '?')",
  },
  {
    guard: 'XML: bounded depth',
    find: 'if (open.length >= MAX_DEPTH)',
    replace: 'if (open.length < 0)',
  },
  {
    guard: 'XML: bounded number of elements',
    find: 'if (++elements > limits.elements)',
    replace: 'if (++elements < 0)',
  },
  {
    guard: 'XML: bounded number of namespaces',
    find: 'if (namespaces.size > MAX_NAMESPACES)',
    replace: 'if (namespaces.size < 0)',
  },
  {
    guard: 'XML: one attribute of one name',
    find: 'if (new Set(names).size < names.length)',
    replace: 'if (names.length < 0)',
  },
  {
    guard: 'XML: namespaces that all programs write alike',
    find: "ABSOLUTE_URI.test(value) || (of === '' && value === '')",
    replace: "value !== '' || of === ''",
  },
  {
    guard: 'XML: no attribute that looks like a declaration',
    find: "prefix !== 'xmlns' && /^xmlns./",
    replace: "prefix !== 'xmlns' && /^xmlns{9}/",
  },
  {
    guard: 'XML: no line ends of XML 1.1',
    find: '|[\\x85\\u2028]/u',
    replace: '/u',
  },
  {
    guard: 'SAML: no text in elements without text',
    find: "if (more.length > 0 || (only !== undefined && typeof only !== 'string'))",
    replace: 'if (more.length < 0)',
  },
  {
    guard: 'SAML: one place for each element',
    find: 'else if (SEARCHED.includes(element.name) && !known.includes(element))',
    replace: 'else if (element === undefined)',
  },
  {
    guard: 'SAML: unique IDs',
    find: 'if (ids.has(value)) throw',
    replace: 'if (!ids) throw',
  },
  {
    guard: 'signatures: over their own parent',
    find: "if (read.reference !== requiredAttribute(element, 'ID'))",
    replace: "if (read.reference === '')",
  },
  {
    guard: 'signatures: the digest',
    find: "if (hash(digestHash, text, 'base64') !== digest.toString('base64'))",
    replace: "if (hash(digestHash, text, 'base64') === '')",
  },
  {
    guard: 'signatures: the value',
    find: 'return verify(method.hash',
    replace: 'return signed.length > 0 || verify(method.hash',
  },
  {
    guard: 'signatures: only two transforms',
    find: 'exclusive === undefined || transforms.length > 2',
    replace: 'exclusive === undefined',
  },
  {
    guard: 'signatures: exclusive c14n',
    find: "if (requiredAttribute(element, 'Algorithm') !== EXCLUSIVE)",
    replace: "if (requiredAttribute(element, 'Algorithm') === '')",
  },
  {
    guard: 'conditions: success',
    find: 'if (value !== SUCCESS)',
    replace: "if (value === '')",
  },
  {
    guard: 'conditions: Issuer of the response',
    find: 'if (response?.issuer !== undefined)',
    replace: "if (response?.issuer === '')",
  },
  {
    guard: 'conditions: Destination',
    find: 'destination === undefined || saml.recipients.includes(destination)',
    replace: 'saml.recipients.length > 0',
  },
  {
    guard: 'conditions: Destination of a signed response',
    find: 'destination !== undefined || !isResponseSigned',
    replace: 'saml.recipients.length > 0',
  },
  {
    guard: 'conditions: Recipient',
    find: "bearers.filter(({ recipient = '' }) => recipients.includes(recipient))",
    replace: 'bearers.filter(() => recipients.length > 0)',
  },
  {
    guard: 'conditions: bearer',
    find: 'confirmations.filter(({ method }) => method === BEARER)',
    replace: 'confirmations.filter(() => true)',
  },
  {
    guard: 'conditions: an end of the confirmation',
    find: 'ours.filter(({ notOnOrAfter }) => notOnOrAfter !== undefined)',
    replace: 'ours.filter(() => true)',
  },
  {
    guard: 'conditions: NotOnOrAfter',
    find: 'notOnOrAfter > earliest, earliest',
    replace: 'notOnOrAfter > 0, earliest',
  },
  {
    guard: 'conditions: NotBefore',
    find: 'notBefore <= latest, latest',
    replace: 'notBefore > 0, latest',
  },
  {
    guard: 'conditions: maxTokenAge',
    find: 'at >= oldest,',
    replace: 'at > 0,',
  },
  {
    guard: 'conditions: IssueInstant in the future',
    find: 'at <= latest, latest',
    replace: 'at > 0, latest',
  },
  {
    guard: 'conditions: OneTimeUse',
    find: '!isOneTime,',
    replace: 'true,',
  },
  {
    guard: 'conditions: an audience',
    find: 'audiences.length > 0,',
    replace: 'audiences.length >= 0,',
  },
  {
    guard: 'conditions: all restrictions',
    find: 'others.every((other) => other.includes(one))',
    replace: 'others.length >= 0',
  },
  {
    guard: 'conditions: unknown ones',
    find: 'if (!known) throw',
    replace: 'if (known === undefined) throw',
  },
  {
    guard: 'claims: a NameID that stays',
    find: 'format !== TRANSIENT_FORMAT,',
    replace: "format !== '',",
  },
  {
    guard: 'claims: a NameID of this issuer',
    find: 'nameQualifier === undefined || nameQualifier === issuer,',
    replace: 'true,',
  },
  {
    guard: 'claims: no attribute in place of a claim',
    find: 'if (RESERVED.includes(name))',
    replace: "if (name === '')",
  },
  {
    guard: 'metadata: of this entity',
    find: "if (requiredAttribute(root, 'entityID') !== entityId)",
    replace: "if (requiredAttribute(root, 'entityID') === '')",
  },
  {
    guard: 'metadata: signed where the document names a certificate',
    find: 'if (signature === undefined && signers.length > 0)',
    replace: 'if (signers.length < 0)',
  },
  {
    guard: 'metadata: signed by that certificate',
    find: `signers.length > 0
      ? signers`,
    replace: `signers.length < 0
      ? signers`,
  },
]

/** Of the adapter. */
export const SAML_VERIFIER_MUTANTS: readonly Mutant[] = [
  {
    guard: 'SAML: the second reader',
    find: 'if (accepted !== undefined && !isSignedTextConfirmed(xml, signed, accepted))',
    replace: 'if (!isSignedTextConfirmed)',
  },
  {
    guard: 'SAML: all signatures of a document',
    find: 'return isEachValid ?',
    replace: 'return response || assertion ?',
  },
  {
    guard: 'metadata: never after validUntil',
    find: 'if (isOver(entry.fetched, now()))',
    replace: 'if (isOver(entry.fetched, 0))',
  },
  {
    guard: 'metadata in the document: never after validUntil',
    find: 'if (isOver(profile.keys, now()))',
    replace: 'if (isOver(profile.keys, 0))',
  },
]
