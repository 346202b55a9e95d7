/** The session that the stub of STS issues, always the same one. */

export const STUB_SESSION = {
  accessKeyId: 'ASIAEXAMPLEEXAMPLE00',
  secretAccessKey: 's'.repeat(40),
  sessionToken: 't'.repeat(900),
}
