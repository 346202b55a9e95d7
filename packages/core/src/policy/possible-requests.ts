/** Leaves requests out of a statement that no service makes. */
import type { PolicyStatement } from '../model/compiled-tenant.ts'

/** Actions whose only resource is an object. */
const OBJECT_ACTIONS: ReadonlySet<string> = new Set(
  [
    ...['getobject', 'getobjectacl', 'getobjectattributes', 'getobjecttagging'],
    ...['getobjectversion', 'getobjectversionacl', 'getobjectversiontagging'],
    ...['putobject', 'putobjectacl', 'putobjecttagging', 'restoreobject'],
    ...['deleteobject', 'deleteobjecttagging', 'deleteobjectversion'],
    ...['abortmultipartupload', 'listmultipartuploadparts'],
  ].map((name) => `s3:${name}`),
)

/** Actions whose resource is a bucket, or an access point, whose ARN has an account. */
const BUCKET_ACTIONS: ReadonlySet<string> = new Set(
  [...['listbucket', 'listbucketversions', 'listbucketmultipartuploads', 'getbucketlocation']].map(
    (name) => `s3:${name}`,
  ),
)

/** A bucket, without wildcards and variables, which could stand for an object in it. */
const ONE_BUCKET = /^arn:[\w-]+:s3:::[^/*?$]+$/
/** Only objects, whatever its wildcards match. */
const OBJECTS = /^arn:[\w-]+:s3:::[^/]*\//

/**
 * Clients often read and list in one statement, with a bucket and its objects as resources: that
 * names `s3:GetObject` on the bucket and `s3:ListBucket` on the objects too.
 * @returns statements that together match every request that the statement matches and that S3
 *   makes
 * @see Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3"
 */
export function possibleParts(statement: PolicyStatement): readonly PolicyStatement[] {
  if (statement.Action === undefined || statement.Resource === undefined) return [statement]
  const [actions, resources] = [[statement.Action].flat(), [statement.Resource].flat()]
  const ofObjects = actions.filter((action) => OBJECT_ACTIONS.has(action.toLowerCase()))
  const ofBuckets = actions.filter((action) => BUCKET_ACTIONS.has(action.toLowerCase()))
  const ofOthers = actions.filter((one) => !ofObjects.includes(one) && !ofBuckets.includes(one))
  const parts = [
    { Action: ofOthers, Resource: resources },
    { Action: ofObjects, Resource: resources.filter((text) => !ONE_BUCKET.test(text)) },
    { Action: ofBuckets, Resource: resources.filter((text) => !OBJECTS.test(text)) },
  ].flatMap((part) =>
    part.Action.length > 0 && part.Resource.length > 0 ? [{ ...statement, ...part }] : [],
  )
  // A statement of which nothing is left is a mistake, which the comparison reports.
  return parts.length > 0 ? parts : [statement]
}
