/** What a signer signs: the header and the claims of a JWT, in the encoding of RFC 7515 §5.1. */

export function signingInput(header: object, claims: object): string {
  return `${encode({ ...header, typ: 'JWT' })}.${encode(claims)}`
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
