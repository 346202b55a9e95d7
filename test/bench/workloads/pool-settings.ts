/** The identity pool of the rows of endpoints, for the broker and for its backend. */

export const POOL_ID = 'eu-west-1:22222222-2222-4333-8444-555555555555'
export const POOL_SECRET = 'the-secret-of-the-identity-pool-of-the-benchmark'
export const POOL_PROVIDER = 'id.bench.example'
export const DEVELOPER_PROVIDER = 'login.bench'
/** The key pair of the backend. */
export const BACKEND_KEY = {
  accessKeyId: 'TBPKAAAABBBBCCCCDDDD',
  secretAccessKey: 'a'.repeat(40),
}
