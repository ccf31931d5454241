// Things that clients change while the server is killed. Each is one client's own: `read` gives its value as plain data,
// undefined where there is none, and `change` gives the value to come and how it is made.
import { createHash } from 'node:crypto'
import { bytesOf } from './random.js'

export const bucket = 'soak'
const mebibyte = 1024 * 1024

export function createThings(client) {
  const name = `client-${client}`
  return [
    ...['a', 'b', 'c'].map((each) => role(`${name}-${each}`)),
    ...['a', 'b', 'c', 'd'].map((each) => object(`${name}/${each}`)),
    assembledObject(`${name}/assembled`),
    upload(`${name}/upload`),
    image(name),
  ]
}

export function repositoryOf(client) {
  return `client-${client}`
}

function role(RoleName) {
  const trust = (nonce) => policy({ Sid: nonce, Principal: { AWS: '*' }, Action: 'sts:AssumeRole' })
  const inline = (nonce) => policy({ Sid: nonce, Action: 's3:GetObject', Resource: '*' })
  const create = (nonce) => ({
    value: { tag: nonce, trust: nonce },
    run: ({ iam }) =>
      iam.createRole({
        RoleName,
        AssumeRolePolicyDocument: trust(nonce),
        Tags: [{ Key: 'nonce', Value: nonce }],
      }),
  })
  const changes = [
    (value, nonce) => ({
      value: { ...value, policy: nonce },
      run: ({ iam }) =>
        iam.putRolePolicy({ RoleName, PolicyName: 'own', PolicyDocument: inline(nonce) }),
    }),
    (value, nonce) => ({
      value: { ...value, trust: nonce },
      run: ({ iam }) => iam.updateAssumeRolePolicy({ RoleName, PolicyDocument: trust(nonce) }),
    }),
    (value) =>
      value.policy === undefined
        ? { value: undefined, run: ({ iam }) => iam.deleteRole({ RoleName }) }
        : {
            value: { tag: value.tag, trust: value.trust },
            run: ({ iam }) => iam.deleteRolePolicy({ RoleName, PolicyName: 'own' }),
          },
  ]
  return {
    name: `role ${RoleName}`,
    change: (value, random) =>
      value === undefined
        ? create(random.nonce())
        : changes[random.below(changes.length)](value, random.nonce()),
    async read({ iam }) {
      const found = await unlessMissing(iam.getRole({ RoleName }))
      if (found === undefined) return undefined
      const own = await unlessMissing(iam.getRolePolicy({ RoleName, PolicyName: 'own' }))
      return {
        tag: found.Role.Tags?.[0]?.Value,
        trust: sidOf(found.Role.AssumeRolePolicyDocument),
        ...(own === undefined ? {} : { policy: sidOf(own.PolicyDocument) }),
      }
    },
  }
}

function policy(statement) {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] })
}

function sidOf(document) {
  return JSON.parse(decodeURIComponent(document)).Statement[0].Sid
}

function object(Key) {
  return {
    name: `object ${Key}`,
    change(value, random) {
      if (value !== undefined && random.chance(0.3))
        return { value: undefined, run: ({ s3 }) => s3.deleteObject({ Bucket: bucket, Key }) }
      const nonce = random.nonce()
      const size = random.chance(0.2) ? 70_000 + random.below(200_000) : random.below(3_000)
      const Body = bytesOf(nonce, size)
      return {
        value: { nonce, size },
        run: ({ s3 }) =>
          s3.putObject({ Bucket: bucket, Key, Body, Metadata: { nonce, size: String(size) } }),
      }
    },
    read: ({ s3 }) => readObject(s3, Key),
  }
}

/** Every object says in its metadata what its bytes are. */
async function readObject(s3, Key) {
  const found = await unlessMissing(s3.getObject({ Bucket: bucket, Key }))
  if (found === undefined) return undefined
  const bytes = Buffer.from(await found.Body.transformToByteArray())
  const { nonce, size } = found.Metadata
  const value = { nonce, size: Number(size) }
  return bytes.equals(bytesOf(nonce, value.size)) ? value : { ...value, bytes: 'are others' }
}

function assembledObject(Key) {
  return {
    name: `assembled object ${Key}`,
    change(_, random) {
      const nonce = random.nonce()
      const size = random.chance(0.1) ? 5 * mebibyte + random.below(9_000) : random.below(200_000)
      return {
        value: { nonce, size },
        run: async ({ s3 }) => {
          const Metadata = { nonce, size: String(size) }
          const { UploadId } = await s3.createMultipartUpload({ Bucket: bucket, Key, Metadata })
          const place = { Bucket: bucket, Key, UploadId }
          const bytes = bytesOf(nonce, size)
          const Parts = []
          for (let at = 0; at < bytes.length; at += 5 * mebibyte) {
            const PartNumber = Parts.length + 1
            const Body = bytes.subarray(at, at + 5 * mebibyte)
            const { ETag } = await s3.uploadPart({ ...place, PartNumber, Body })
            Parts.push({ PartNumber, ETag })
          }
          await s3.completeMultipartUpload({ ...place, MultipartUpload: { Parts } })
        },
      }
    },
    read: ({ s3 }) => readObject(s3, Key),
  }
}

/** A multipart upload that is under way; where its beginning was not acknowledged, nobody knows its id. */
function upload(Key) {
  let UploadId
  return {
    name: `upload ${Key}`,
    change(value, random) {
      if (value === undefined) {
        UploadId = undefined
        const run = async ({ s3 }) => {
          UploadId = (await s3.createMultipartUpload({ Bucket: bucket, Key })).UploadId
        }
        return { value: {}, run }
      }
      const place = { Bucket: bucket, Key, UploadId }
      if (random.chance(0.2))
        return { value: undefined, run: ({ s3 }) => s3.abortMultipartUpload(place) }
      const PartNumber = 1 + random.below(5)
      const Body = bytesOf(random.nonce(), random.below(100_000))
      const md5 = createHash('md5').update(Body).digest('hex')
      return {
        value: { ...value, [PartNumber]: `"${md5}"` },
        run: ({ s3 }) => s3.uploadPart({ ...place, PartNumber, Body }),
      }
    },
    async read({ s3 }) {
      if (UploadId === undefined) return undefined
      const found = await unlessMissing(s3.listParts({ Bucket: bucket, Key, UploadId }))
      const parts = found?.Parts ?? []
      return found && Object.fromEntries(parts.map((part) => [part.PartNumber, part.ETag]))
    },
  }
}

const manifestType = 'application/vnd.oci.image.manifest.v1+json'

function image(repositoryName) {
  const imageTag = 'latest'
  const imageIds = [{ imageTag }]
  return {
    name: `image ${repositoryName}:${imageTag}`,
    change(value, random) {
      if (value !== undefined && random.chance(0.3))
        return {
          value: undefined,
          run: ({ ecr }) => ecr.batchDeleteImage({ repositoryName, imageIds }),
        }
      const nonce = random.nonce()
      const size = random.below(150_000)
      return {
        value: { nonce, size },
        run: ({ ecr }) => pushImage(ecr, { repositoryName, imageTag, nonce, size }),
      }
    },
    async read({ ecr }) {
      const { images } = await ecr.batchGetImage({ repositoryName, imageIds })
      const [found] = images
      if (found === undefined) return undefined
      const { annotations, layers } = JSON.parse(found.imageManifest)
      const value = { nonce: annotations.nonce, size: Number(annotations.size) }
      const [layer] = layers
      const place = { repositoryName, layerDigest: layer.digest }
      const { downloadUrl } = await ecr.getDownloadUrlForLayer(place)
      const bytes = Buffer.from(await (await fetch(downloadUrl)).arrayBuffer())
      return bytes.equals(bytesOf(value.nonce, value.size))
        ? value
        : { ...value, layer: 'is another' }
    },
  }
}

async function pushImage(ecr, { repositoryName, imageTag, nonce, size }) {
  const layer = await pushLayer(ecr, repositoryName, bytesOf(nonce, size))
  const config = await pushLayer(ecr, repositoryName, Buffer.from(JSON.stringify({ nonce })))
  const imageManifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: manifestType,
    config: { ...config, mediaType: 'application/vnd.oci.image.config.v1+json' },
    layers: [{ ...layer, mediaType: 'application/vnd.oci.image.layer.v1.tar' }],
    annotations: { nonce, size: String(size) },
  })
  await ecr.putImage({
    repositoryName,
    imageTag,
    imageManifest,
    imageManifestMediaType: manifestType,
  })
}

async function pushLayer(ecr, repositoryName, bytes) {
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  const { uploadId } = await ecr.initiateLayerUpload({ repositoryName })
  const range = { partFirstByte: 0, partLastByte: bytes.length - 1 }
  await ecr.uploadLayerPart({ repositoryName, uploadId, layerPartBlob: bytes, ...range })
  await ecr.completeLayerUpload({ repositoryName, uploadId, layerDigests: [digest] })
  return { digest, size: bytes.length }
}

const missing = new Set(['NoSuchEntityException', 'NoSuchKey', 'NoSuchUpload'])

async function unlessMissing(answer) {
  try {
    return await answer
  } catch (error) {
    if (missing.has(error.name)) return undefined
    throw error
  }
}
