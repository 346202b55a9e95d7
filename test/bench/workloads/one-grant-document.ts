/** A tenant document with one grant, `read`, which every user of the stub has. */

/** @param grant fields that replace those of the grant */
export function oneGrantDocument(issuer: string, grant: object): object {
  return {
    tenant: 'bench',
    issuers: [{ issuer, verify: { kind: 'jwt', jwksUri: `${issuer}/jwks` }, audiences: ['bench'] }],
    attributes: { user: { from: 'claims.sub' } },
    rules: [
      { name: 'nobody', when: 'claims.sub == "nobody"', grant: 'read' },
      { name: 'all', grant: 'read' },
    ],
    grants: {
      read: {
        role: 'arn:aws:iam::111122223333:role/bench',
        policy: [
          { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/{{user}}/*' },
        ],
        ...grant,
      },
    },
  }
}
