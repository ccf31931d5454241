import { invalidParameter } from './ecr-error.ts'

/** What ECR reads from an image's manifest. */
export interface Manifest {
  readonly mediaType: string
  readonly artifactMediaType?: string
  /** Digests of the configuration and the layers. */
  readonly layers: readonly string[]
  /** Digests of the images in a manifest list or index. */
  readonly references: readonly string[]
  readonly subject?: string
}

const indexTypes: ReadonlySet<string> = new Set([
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.index.v1+json',
])

const imageTypes: ReadonlySet<string> = new Set([
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
])

/** Reads a manifest; throws `InvalidParameterException` on what is none. `stated` is the request's media type. */
export function readManifest(text: string, stated: string | undefined): Manifest {
  const manifest = parseObject(text)
  const own = textOf(manifest.mediaType)
  const mediaType = stated ?? own
  if (mediaType === undefined)
    throw invalidParameter('ImageManifest', 'Manifest media type not provided')
  if (own !== undefined && own !== mediaType)
    throw invalidParameter('ImageManifestMediaType', 'Media type does not match the manifest')
  const subject = subjectOf(manifest)
  const artifactMediaType = artifactTypeOf(manifest)
  const common = {
    mediaType,
    ...(artifactMediaType === undefined ? {} : { artifactMediaType }),
    ...(subject === undefined ? {} : { subject }),
  }
  if (indexTypes.has(mediaType))
    return { ...common, layers: [], references: digestsOf(manifest, 'manifests') }
  if (!imageTypes.has(mediaType))
    throw invalidParameter('ImageManifest', `Unsupported manifest media type '${mediaType}'`)
  const config = digestOf(manifest.config)
  if (config === undefined) throw invalidParameter('ImageManifest', 'Invalid image manifest')
  return {
    ...common,
    layers: [config, ...digestsOf(manifest, 'layers')],
    references: [],
  }
}

type Json = Readonly<Record<string, unknown>>

function parseObject(text: string): Json {
  const value = parseJson(text)
  if (!isObject(value)) throw invalidParameter('ImageManifest', 'Invalid JSON syntax')
  const { schemaVersion: version } = value
  if (version !== 2) throw invalidParameter('ImageManifest', 'Unsupported schema version')
  return value
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function digestOf(descriptor: unknown): string | undefined {
  const digest = isObject(descriptor) ? textOf(descriptor.digest) : undefined
  return digest !== undefined && /^sha256:[0-9a-f]{64}$/.test(digest) ? digest : undefined
}

/** The image that a signature or an attestation is about; it need not be there. */
function subjectOf(manifest: Json): string | undefined {
  const { subject } = manifest
  if (subject === undefined || subject === null) return undefined
  const digest = digestOf(subject)
  if (digest === undefined) throw invalidParameter('ImageManifest', 'Invalid subject')
  return digest
}

/** The digests of a list of descriptors, every one of which must have one; layers kept elsewhere are left out. */
function digestsOf(manifest: Json, member: string): readonly string[] {
  const { [member]: descriptors } = manifest
  if (!Array.isArray(descriptors)) throw invalidParameter('ImageManifest', 'Invalid image manifest')
  return descriptors.filter(isKeptHere).map((descriptor) => {
    const digest = digestOf(descriptor)
    if (digest === undefined) throw invalidParameter('ImageManifest', 'Invalid image manifest')
    return digest
  })
}

/** Layers that may not be distributed, such as those of Windows, are fetched from where they are published. */
function isKeptHere(descriptor: unknown): boolean {
  const mediaType = isObject(descriptor) ? (textOf(descriptor.mediaType) ?? '') : ''
  return !/^application\/vnd\.(?:docker\.image\.rootfs\.foreign|oci\.image\.layer\.nondistributable)\./.test(
    mediaType,
  )
}

function artifactTypeOf(manifest: Json): string | undefined {
  const { config } = manifest
  return textOf(manifest.artifactType) ?? (isObject(config) ? textOf(config.mediaType) : undefined)
}
