/** Key pairs of identity pools, for the command line: `@token-broker/functions/key-pairs`. */
export {
  isKeyId,
  keyPairKey,
  keyPairPartition,
  newKeyPairItem,
  readKeyPairItem,
  type StoredKeyPair,
} from './key-pair-item.ts'
export { type KeyPairContext, rootKeyOf, sealWithSecret } from './seal-key.ts'
