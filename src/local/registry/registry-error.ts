import type { WireResponse } from '../protocol/wire.ts'
import { ServiceError } from '../service-error.ts'

/** What a refusal of the registry is called in OCI's terms, and its HTTP status. */
interface ErrorRow {
  readonly code: string
  readonly status: number
  /** Seconds after which the client may try again. */
  readonly retryAfter?: string
}

/** ECR's errors, and the registry's own, as the registry words them. */
const rows: Readonly<Record<string, ErrorRow>> = {
  AccessDeniedException: { code: 'DENIED', status: 403 },
  BlobUnknown: { code: 'BLOB_UNKNOWN', status: 404 },
  DigestInvalid: { code: 'DIGEST_INVALID', status: 400 },
  EmptyUploadException: { code: 'BLOB_UPLOAD_INVALID', status: 400 },
  ImageDigestDoesNotMatchException: { code: 'DIGEST_INVALID', status: 400 },
  ImageNotFound: { code: 'MANIFEST_UNKNOWN', status: 404 },
  ImageNotFoundException: { code: 'MANIFEST_UNKNOWN', status: 404 },
  ImageReferencedByManifestList: { code: 'DENIED', status: 409 },
  ImageTagAlreadyExistsException: { code: 'TAG_INVALID', status: 400 },
  IncompleteBody: { code: 'SIZE_INVALID', status: 400 },
  InvalidImageDigest: { code: 'DIGEST_INVALID', status: 400 },
  InvalidLayerException: { code: 'DIGEST_INVALID', status: 400 },
  InvalidPage: { code: 'PAGINATION_NUMBER_INVALID', status: 400 },
  InvalidParameterException: { code: 'MANIFEST_INVALID', status: 400 },
  InvalidRange: { code: 'BLOB_UPLOAD_INVALID', status: 416 },
  LayersNotFoundException: { code: 'MANIFEST_BLOB_UNKNOWN', status: 400 },
  LimitExceededException: { code: 'SIZE_INVALID', status: 413 },
  NameInvalid: { code: 'NAME_INVALID', status: 400 },
  NotFound: { code: 'UNSUPPORTED', status: 404 },
  ReferencedImagesNotFoundException: { code: 'MANIFEST_BLOB_UNKNOWN', status: 400 },
  RepositoryNotFoundException: { code: 'NAME_UNKNOWN', status: 404 },
  RequestEntityTooLarge: { code: 'SIZE_INVALID', status: 413 },
  TagInvalid: { code: 'TAG_INVALID', status: 400 },
  ThrottlingException: { code: 'TOOMANYREQUESTS', status: 429, retryAfter: '1' },
  Unsupported: { code: 'UNSUPPORTED', status: 405 },
  UploadNotFoundException: { code: 'BLOB_UPLOAD_UNKNOWN', status: 404 },
}

/** An error of the registry itself, by its name in the table. */
export function registryError(name: string, message: string, cause?: unknown): ServiceError {
  return new ServiceError(name, message, { cause })
}

/** OCI's error document. What has no row is the server's own failure, and says nothing. */
export function writeRegistryError(error: ServiceError): WireResponse {
  const row = rows[error.code]
  const { code, status, retryAfter }: ErrorRow = row ?? { code: 'UNKNOWN', status: 500 }
  const message = row === undefined ? 'internal failure' : error.message
  return {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
    },
    body: JSON.stringify({ errors: [{ code, message }] }),
  }
}
