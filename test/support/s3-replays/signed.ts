import { createHmac } from 'node:crypto'
import { basicTime, signingKey, signingScope, signQuery, type Unsigned } from '../sign-any.ts'
import { type RawAnswer, sendRaw } from '../two-accounts.ts'
import { membersOf, sendRawCall } from './raw.ts'
import type { Place, Replays } from './replay.ts'

/** The fields of a form that the bucket's owner signed, and an expiry. */
function formFields(
  { world, Bucket }: Place,
  key: string,
  extra: { fields?: Readonly<Record<string, string>>; conditions?: readonly unknown[] } = {},
): Record<string, string> {
  const keys = world.aws.rootCredentials(world.home)
  const nowMs = world.nowMs()
  const scope = signingScope('s3', nowMs)
  const own = {
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': `${keys.accessKeyId}/${scope}`,
    'x-amz-date': basicTime(nowMs),
  }
  const fields = { key, ...extra.fields }
  const conditions = [
    { bucket: Bucket },
    ...Object.entries({ key, ...own }).map(([name, value]) => ({ [name]: value })),
    ...(extra.conditions ??
      Object.entries(extra.fields ?? {}).map(([name, value]) => ({ [name]: value }))),
  ]
  const expiration = new Date(nowMs + 60_000).toISOString()
  const policy = Buffer.from(JSON.stringify({ expiration, conditions })).toString('base64')
  const signature = createHmac('sha256', signingKey(keys, scope)).update(policy).digest('hex')
  return { ...fields, ...own, policy, 'x-amz-signature': signature }
}

interface Sent {
  readonly status: number
  readonly members: () => Promise<object>
}

async function post(
  place: Place,
  fields: Readonly<Record<string, string>>,
  file: Blob | string,
): Promise<Sent> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  if (typeof file === 'string') form.append('file', file)
  else form.append('file', file, 'note.txt')
  const url = `${place.world.aws.url}/${place.Bucket}`
  const answer = await fetch(url, { method: 'POST', body: form, redirect: 'manual' })
  const text = await answer.text()
  return { status: answer.status, members: async () => membersOf(text) }
}

/** The answer to a form with its status beside it. */
async function refused(sent: Promise<Sent>): Promise<object> {
  const { status, members } = await sent
  return { ...(await members()), StatusCode: status }
}

async function xmlOf(sent: Promise<Sent>): Promise<object> {
  return (await sent).members()
}

interface Link {
  readonly method: string
  readonly key: string
  readonly query?: string
  readonly signed?: Readonly<Record<string, string>>
}

/** Follows a link that the bucket's owner signed; `change` is made after that. */
function follow(
  { world, Bucket }: Place,
  link: Link,
  change: {
    headers?: Readonly<Record<string, string>>
    path?: (path: string) => string
    body?: string
  } = {},
): Promise<RawAnswer> {
  const nowMs = world.nowMs()
  const unsigned: Unsigned = {
    service: 's3',
    method: link.method,
    path: `/${Bucket}/${link.key}`,
    headers: { host: `127.0.0.1:${world.aws.port}`, ...link.signed },
    ...(link.query === undefined ? {} : { query: link.query }),
  }
  const keys = world.aws.rootCredentials(world.home)
  const signed = signQuery(keys, unsigned, { nowMs, expires: 300 })
  return sendRaw(world.aws, {
    method: link.method,
    path: change.path === undefined ? signed.target : change.path(signed.target),
    headers: change.headers ?? Object.fromEntries(signed.headers),
    ...(change.body === undefined ? {} : { body: change.body }),
  })
}

async function xmlAnswer(answer: Promise<RawAnswer>): Promise<object> {
  return membersOf((await answer).body)
}

const bytes = { unknown: ['ETag', 'ContentLength', 'Size', 'ChecksumCRC64NVME'] }
const tagging = (...tags: readonly (readonly [string, string])[]) =>
  `<Tagging><TagSet>${tags
    .map(([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`)
    .join('')}</TagSet></Tagging>`

function withTags(...tags: readonly (readonly [string, string])[]) {
  return async (place: Place) => {
    const { s3, Bucket, told } = place
    const fields = formFields(place, 'test-tags', { fields: { tagging: tagging(...tags) } })
    await post(place, fields, new Blob(['a']))
    await told('get-tagging', s3.getObjectTagging({ Bucket, Key: 'test-tags' }))
  }
}

const tampered = (path: string): string =>
  path.replace(
    /(X-Amz-Signature=)(.)/,
    (_, name: string, sign: string) => name + (sign === '0' ? '1' : '0'),
  )

export const signedReplays: Replays = {
  test_post_object_default_checksum: async (place) => {
    const { s3, Bucket, told } = place
    const Key = 'test-checksum'
    await post(place, formFields(place, Key), new Blob(['a'.repeat(17)]))
    await told('head-object', s3.headObject({ Bucket, Key, ChecksumMode: 'ENABLED' }), bytes)
  },
  test_post_object_policy_conditions_validation_starts_with: async (place) => {
    const { s3, Bucket, told } = place
    const Key = 'validate-policy-2'
    const url = 'http://localhost.test/random'
    const conditions = [['starts-with', '$success_action_redirect', 'http://localhost']]
    const send = (value: string, body: string) => {
      const fields = formFields(place, Key, {
        fields: { success_action_redirect: value },
        conditions,
      })
      return post(place, fields, new Blob([body]))
    }
    await told('invalid-condition-starts-with', xmlOf(send('http://wronglocalhost', 'a')))
    await told('invalid-condition-starts-with-casing', xmlOf(send('HTTP://localhost', 'a')))
    await send(url, 'abcdef')
    await told('get-object-1', s3.getObject({ Bucket, Key }))
    await send(url, 'manual value to change ETag')
    await told('get-object-2', s3.getObject({ Bucket, Key }))
  },
  test_post_object_policy_validation_size: async (place) => {
    const { s3, Bucket, told } = place
    const Key = 'validate-policy-content-length'
    const send = (size: number, from: unknown = 5) =>
      post(
        place,
        formFields(place, Key, { conditions: [['content-length-range', from, 10]] }),
        new Blob(['a'.repeat(size)]),
      )
    await told('invalid-content-length-too-big', xmlOf(send(12)))
    await told('invalid-content-length-too-small', xmlOf(send(1)))
    await told('invalid-content-length-wrong-type', xmlOf(send(10, 'test')))
    await send(10)
    await told('final-object', s3.getObject({ Bucket, Key }))
  },
  test_post_object_with_file_as_string: async (place) => {
    const { s3, Bucket, told } = place
    const Key = 'test-presigned-post-file-as-field'
    await post(place, formFields(place, Key), 'a text as a field')
    await told('head-object', s3.headObject({ Bucket, Key }), bytes)
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of forms
    const named = 'file-as-field-${filename}'
    await post(place, formFields(place, named), 'another text')
    await told('list-objects', s3.listObjectsV2({ Bucket }), bytes)
  },
  test_post_object_with_metadata: async (place) => {
    const { s3, Bucket, told } = place
    const fields = {
      'x-amz-meta-test-1': 'test-meta-1',
      'x-amz-meta-TEST-2': 'test-meta-2',
      'Content-Type': 'text/plain',
      Expires: new Date(place.world.nowMs()).toUTCString(),
    }
    await post(place, formFields(place, 'test-metadata', { fields }), new Blob(['a']))
    await told('head-object', s3.headObject({ Bucket, Key: 'test-metadata' }), bytes)
  },
  'test_post_object_with_tags[list]': withTags(['TagName', 'TagValue'], ['TagName2', 'TagValue2']),
  'test_post_object_with_tags[single]': withTags(['TagName', 'TagValue']),
  test_post_object_with_wrong_content_type: async (place) => {
    const answer = sendRawCall(place, {
      method: 'POST',
      path: `/${place.Bucket}`,
      headers: { 'content-type': 'text/html; charset=UTF-8' },
      body: 'a=b',
    })
    await place.told('invalid-content-type-error', xmlAnswer(answer))
  },
  'test_post_request_malformed_policy[s3v4]': async (place) => {
    const fields = formFields(place, 'test-presigned-malformed-policy')
    const policy = `${fields.policy?.slice(0, -4)}AAAA`
    const sent = post(place, { ...fields, policy }, new Blob(['a']))
    await place.told('exception-policy', refused(sent))
  },
  'test_post_request_missing_fields[s3]': async (place) => {
    const {
      key = '',
      policy = '',
      'x-amz-signature': signature = '',
    } = formFields(place, 'missing')
    const sent = post(place, { key, policy, signature }, new Blob(['a']))
    await place.told('exception-missing-fields', refused(sent))
    const bare = post(place, { key, policy }, new Blob(['a']))
    await place.told('exception-no-sig-related-fields', refused(bare))
  },
  test_get_response_overrides_unicode_metadata_with_sig_s3: async (place) => {
    const { s3, Bucket, told } = place
    await s3.putObject({ Bucket, Key: 'key-by-hostname', Body: '' })
    const value = encodeURIComponent('non-ascii-%E2%80%94_\u2014_\u00e9_')
    const link = { method: 'GET', key: 'key-by-hostname', query: `response-cache-control=${value}` }
    await told('unicode-error', xmlAnswer(follow(place, link)))
  },
  test_presigned_double_encoded_credentials: async (place) => {
    const link = { method: 'GET', key: 'test' }
    const path = (target: string): string => target.replaceAll('%2F', '%252F')
    await place.told('error-malformed', xmlAnswer(follow(place, link, { path })))
  },
  'test_presigned_url_signature_authentication[s3v4-True]': async (place) => {
    const get = follow(place, { method: 'GET', key: 'temp.txt' }, { path: tampered })
    await place.told('invalid-get-1', xmlAnswer(get))
    const put = follow(place, { method: 'PUT', key: 'temp.txt' }, { path: tampered, body: 'a' })
    await place.told('invalid-put-1', xmlAnswer(put))
  },
  'test_put_object_with_md5_and_chunk_signature_bad_headers[s3v4-True]': async (place) => {
    const link = { method: 'PUT', key: 'test-runtime.properties' }
    const host = `127.0.0.1:${place.world.aws.port}`
    const headers = {
      host,
      'x-amz-date': '20220929T104024Z',
      'content-md5': 'd8a1Q0K2cXKlVrPRx6sXpg==',
    }
    const length = { ...headers, 'x-amz-decoded-content-length': '10' }
    const send = (given: Readonly<Record<string, string>>) =>
      xmlAnswer(follow(place, link, { headers: given, body: 'a' }))
    await place.told('with-decoded-content-length', send(length))
    await place.told('without-decoded-content-length', send(headers))
  },
  test_put_unicode_metadata_with_sig_s3: async (place) => {
    const { s3, Bucket, told } = place
    const value = encodeURIComponent('non-ascii-%E2%80%94_\u2014_\u00e9_')
    await follow(place, { method: 'PUT', key: 'test', query: `x-amz-meta-foo=${value}` })
    await told('head_object', s3.headObject({ Bucket, Key: 'test' }))
  },
  'test_put_url_metadata_with_sig_s3[False]': {
    run: async (place) => {
      const { s3, Bucket, told } = place
      const link = { method: 'PUT', key: 'key', query: 'x-amz-meta-foo=bar' }
      await follow(place, link, { body: 'content 123' })
      await told('head_object', s3.headObject({ Bucket, Key: 'key' }))
    },
    leftOut: { 'wrong-meta-headers': 'signatures of version 2 are not taken' },
  },
  'test_put_url_metadata_with_sig_s3v4[False]': async (place) => {
    const { s3, Bucket, told, world } = place
    const host = `127.0.0.1:${world.aws.port}`
    const link = { method: 'PUT', key: 'key', signed: { 'x-amz-meta-foo': 'bar' } }
    const body = 'content 123'
    const none = follow(place, link, { headers: { host }, body })
    await told('no-meta-headers', xmlAnswer(none))
    await follow(place, link, { body })
    await told('head_object', s3.headObject({ Bucket, Key: 'key' }))
    const headers = { host, 'x-amz-meta-foo': 'bar', 'x-amz-meta-wrong': 'wrong' }
    await told('wrong-meta-headers', xmlAnswer(follow(place, link, { headers, body })))
  },
}
