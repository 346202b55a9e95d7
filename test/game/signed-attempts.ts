/** URLs and forms that a hostile player of the game signs with the session of the page. */
import { encodeKey, presignUrl, signPostPolicy } from '../local-aws/sign-s3-request.ts'
import type { Attacker, Attempt, Target } from './attempt.ts'
import { BUCKET, pictureOf } from './object-attempts.ts'

/** For the pictures of others. */
export function signedAttempts(s3Url: string): readonly Attempt[] {
  const pathOf = (target: Target) => `/${BUCKET}/${encodeKey(pictureOf(target))}`
  const send = async (url: string, method: string, body?: FormData) => {
    const response = await fetch(url, { method, ...(body ? { body } : {}) })
    if (response.ok) return
    const [, code = `${response.status}`] = /<Code>(\w+)</.exec(await response.text()) ?? []
    throw Object.assign(new Error(), { name: code })
  }
  const presigned = ['GET', 'HEAD', 'PUT', 'DELETE'].map((method) => ({
    name: `presigned ${method} of the picture`,
    run: ({ credentials }: Attacker, target: Target) =>
      send(presignUrl(s3Url, { method, path: pathOf(target) }, credentials), method),
  }))
  return [
    ...presigned,
    {
      name: 'presigned GET of the own picture, changed to the other',
      run: (attacker, target) => {
        const request = { method: 'GET', path: pathOf(attacker) }
        const url = presignUrl(s3Url, request, attacker.credentials)
        return send(url.replace(pathOf(attacker), pathOf(target)), 'GET')
      },
    },
    {
      name: 'presigned GET of the own picture, changed to PUT',
      run: (attacker) => {
        const request = { method: 'GET', path: pathOf(attacker) }
        return send(presignUrl(s3Url, request, attacker.credentials), 'PUT')
      },
    },
    {
      name: 'presigned listing of the bucket',
      run: ({ credentials }) =>
        send(presignUrl(s3Url, { method: 'GET', path: `/${BUCKET}` }, credentials), 'GET'),
    },
    {
      name: 'presigned GET without the session token',
      run: ({ credentials: { accessKeyId, secretAccessKey } }, target) => {
        const keys = { accessKeyId, secretAccessKey }
        return send(presignUrl(s3Url, { method: 'GET', path: pathOf(target) }, keys), 'GET')
      },
    },
    {
      name: 'form for any key, with the key of the other',
      run: ({ credentials }, target) => {
        const conditions = [{ bucket: BUCKET }, ['starts-with', '$key', '']]
        const form = new FormData()
        const fields = { key: pictureOf(target), ...signPostPolicy(conditions, credentials) }
        for (const [name, value] of Object.entries(fields)) form.set(name, value)
        form.set('file', new Blob(['forged']))
        return send(`${s3Url}/${BUCKET}`, 'POST', form)
      },
    },
  ]
}
