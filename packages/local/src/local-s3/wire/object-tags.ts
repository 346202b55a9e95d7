/**
 * Tags of objects, from a header or an XML document.
 * @see Amazon S3 User Guide, "Categorizing your objects using tags"
 */
import { invalidArgument, malformedXml, s3Refusal } from '../s3-refusal.ts'
import {
  childText,
  demandChildren,
  type RequestElement,
  readRequestXml,
} from './read-request-xml.ts'
import { type Xml, xmlDocument, xmlElement, xmlText } from './s3-xml.ts'

export type ObjectTags = readonly (readonly [key: string, value: string])[]

const MAX_TAGS = 10
const MAX_KEY_CHARACTERS = 128
const MAX_VALUE_CHARACTERS = 256
const CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

/**
 * @param header `x-amz-tagging`, encoded like a query string
 * @throws {AwsRefusal} `InvalidArgument`, `InvalidTag`
 */
export function readTaggingHeader(header: string): ObjectTags {
  return checkTags(
    header
      .split('&')
      .filter(Boolean)
      .map((pair) => {
        const [key = '', value = '', ...rest] = pair.split('=').map(decodeFormText)
        if (rest.length > 0) throw invalidTaggingHeader()
        return [key, value] as const
      }),
  )
}

function decodeFormText(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw invalidTaggingHeader()
  }
}

function invalidTaggingHeader() {
  return invalidArgument(
    'x-amz-tagging',
    '',
    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters " +
      'without tag name duplicates.',
  )
}

/** @throws {AwsRefusal} `MalformedXML`, `InvalidTag` */
export function readTaggingDocument(bytes: Buffer): ObjectTags {
  const tagging = readRequestXml(bytes, 'Tagging')
  demandChildren(tagging, ['TagSet'])
  const [tagSet, ...others] = tagging.children
  if (tagSet === undefined || others.length > 0) throw malformedXml()
  demandChildren(tagSet, ['Tag'])
  return checkTags(tagSet.children.map(readTag))
}

function readTag(tag: RequestElement): readonly [string, string] {
  demandChildren(tag, ['Key', 'Value'])
  const [key, value] = [childText(tag, 'Key'), childText(tag, 'Value')]
  if (key === undefined || value === undefined) throw malformedXml()
  return [key, value]
}

export function writeTaggingDocument(tags: ObjectTags): Xml {
  const set = tags.map(([key, value]) =>
    xmlElement('Tag', xmlText('Key', key), xmlText('Value', value)),
  )
  return xmlDocument('Tagging', xmlElement('TagSet', ...set))
}

function checkTags(tags: ObjectTags): ObjectTags {
  if (tags.length > MAX_TAGS)
    throw s3Refusal('InvalidTag', `Object tags cannot be greater than ${MAX_TAGS}`)
  for (const [key, value] of tags) {
    if (key.length < 1 || key.length > MAX_KEY_CHARACTERS || !CHARACTERS.test(key))
      throw s3Refusal('InvalidTag', 'The TagKey you have provided is invalid')
    if (value.length > MAX_VALUE_CHARACTERS || !CHARACTERS.test(value))
      throw s3Refusal('InvalidTag', 'The TagValue you have provided is invalid')
    if (key.toLowerCase().startsWith('aws:'))
      throw s3Refusal('InvalidTag', 'System tags cannot be added/updated by requester')
  }
  const names = tags.map(([key]) => key)
  if (new Set(names).size < names.length)
    throw s3Refusal('InvalidTag', 'Cannot provide multiple Tags with the same key')
  // AWS allows them. But in policies, case does not matter in `s3:ExistingObjectTag/KEY`, and AWS
  // does not document which of the two such a condition would compare.
  if (new Set(names.map((name) => name.toLowerCase())).size < names.length) {
    throw s3Refusal(
      'InvalidTag',
      'The local S3 does not support tags whose keys differ only in case; rename one of them.',
    )
  }
  return tags
}
