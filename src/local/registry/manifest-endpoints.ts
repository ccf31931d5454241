import { createHash } from 'node:crypto'
import { readBytes } from '../http/read-body.ts'
import type { WireResponse } from '../protocol/wire.ts'
import { ServiceError } from '../service-error.ts'
import { batchDeleteImage, batchGetImage } from '../services/ecr/image-reads.ts'
import { putImage } from '../services/ecr/put-image.ts'
import { perform, permitted, type RegistryCall } from './registry-call.ts'
import { registryError } from './registry-error.ts'

/** Bytes of a manifest, as OCI's specification has it. */
const manifestLimit = 4 * 1024 * 1024

/** `GET` and `HEAD /v2/NAME/manifests/REFERENCE`. */
export function getManifest(registry: RegistryCall): WireResponse {
  const imageId = readReference(registry.target.reference)
  const { images, failures } = perform(registry, batchGetImage, {
    imageIds: [imageId],
  }) as Batch<{ imageManifest: string; imageManifestMediaType: string }>
  const [image] = images
  if (image === undefined) throw failureOf(failures)
  const { imageManifest, imageManifestMediaType: mediaType } = image
  const bytes = Buffer.from(imageManifest)
  return {
    status: 200,
    headers: {
      'content-type': mediaType,
      'content-length': String(bytes.length),
      'docker-content-digest': digestOf(bytes),
    },
    body: registry.request.method === 'HEAD' ? '' : bytes,
  }
}

/** `PUT /v2/NAME/manifests/REFERENCE`. Pushing what is there already changes nothing and succeeds. */
export async function putManifest(registry: RegistryCall): Promise<WireResponse> {
  const { request, target } = registry
  const reference = readReference(target.reference)
  // Who may not push is told before the body is read; what counts is decided when it is here.
  permitted(registry, ['PutImage'], () => undefined)
  request.onContinue()
  const bytes = await readBytes(request.body, manifestLimit)
  const mediaType = (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? ''
  const digest = digestOf(bytes)
  ignoreKnown(() =>
    perform(registry, putImage, {
      imageManifest: decodeText(bytes),
      ...(mediaType === '' || mediaType === 'application/json'
        ? {}
        : { imageManifestMediaType: mediaType }),
      ...reference,
    }),
  )
  const subject = subjectOf(bytes)
  return {
    status: 201,
    headers: {
      location: `${target.base}/manifests/${digest}`,
      'docker-content-digest': digest,
      ...(subject === undefined ? {} : { 'oci-subject': subject }),
    },
    body: '',
  }
}

/** `DELETE /v2/NAME/manifests/REFERENCE`: a tag is taken off, a digest goes with all its tags. */
export function deleteManifest(registry: RegistryCall): WireResponse {
  const imageId = readReference(registry.target.reference)
  const { failures } = perform(registry, batchDeleteImage, { imageIds: [imageId] }) as Batch<object>
  if (failures.length > 0) throw failureOf(failures)
  return { status: 202, headers: {}, body: '' }
}

interface Batch<V> {
  readonly images: readonly V[]
  readonly failures: readonly { readonly failureCode: string; readonly failureReason: string }[]
}

function failureOf(failures: Batch<object>['failures']): ServiceError {
  const [failure] = failures
  const { failureCode = 'ImageNotFound', failureReason = 'Requested image not found' } =
    failure ?? {}
  return new ServiceError(failureCode, failureReason)
}

interface Reference {
  readonly imageDigest?: string
  readonly imageTag?: string
}

function readReference(reference: string): Reference {
  if (/^sha256:[0-9a-f]{64}$/.test(reference)) return { imageDigest: reference }
  if (reference.includes(':'))
    throw registryError('DigestInvalid', `\`${reference.slice(0, 80)}\` is no SHA-256 digest`)
  if (/^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/.test(reference)) return { imageTag: reference }
  throw registryError(
    'TagInvalid',
    'a tag has up to 128 letters, digits, underscores, dots, hyphens',
  )
}

function ignoreKnown(put: () => object): void {
  try {
    put()
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'ImageAlreadyExistsException') return
    throw error
  }
}

/** Exactly the bytes that came: the digest is theirs. */
function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    throw registryError('InvalidParameterException', 'the manifest is not UTF-8', error)
  }
}

function subjectOf(bytes: Uint8Array): string | undefined {
  const manifest: { readonly subject?: { readonly digest?: string } } = JSON.parse(
    decodeText(bytes),
  )
  return manifest.subject?.digest
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}
