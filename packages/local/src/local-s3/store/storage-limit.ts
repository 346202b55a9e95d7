/** How much the local S3 may store: bytes of objects, and of what it remembers about each. */
import { s3Refusal } from '../s3-refusal.ts'

export interface StorageLimit {
  /** @throws {AwsRefusal} `InsufficientStorage` */
  add(bytes: number): void
  remove(bytes: number): void
}

/** @param advice what to do at the limit */
export function createStorageLimit(maxBytes: number, advice: string): StorageLimit {
  let used = 0
  return {
    add(bytes) {
      if (used + bytes > maxBytes) {
        throw s3Refusal(
          'InsufficientStorage',
          `The local S3 stores at most ${maxBytes} bytes, and ${used} are in use: ${advice}.`,
        )
      }
      used += bytes
    },
    remove(bytes) {
      used -= bytes
    },
  }
}
