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
  const subject = digestOf(manifest.subject)
  const common = { mediaType, ...(subject === undefined ? {} : { subject }) }
  if (indexTypes.has(mediaType))
    return { ...common, layers: [], references: digestsOf(manifest, 'manifests') }
  if (!imageTypes.has(mediaType))
    throw invalidParameter('ImageManifest', `Unsupported manifest media type '${mediaType}'`)
  const config = digestOf(manifest.config)
  if (config === undefined) throw invalidParameter('ImageManifest', 'Invalid image manifest')
  const artifactMediaType = artifactTypeOf(manifest)
  return {
    ...common,
    ...(artifactMediaType === undefined ? {} : { artifactMediaType }),
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

/** The digests of a list of descriptors, every one of which must have one. */
function digestsOf(manifest: Json, member: string): readonly string[] {
  const { [member]: descriptors } = manifest
  if (!Array.isArray(descriptors)) throw invalidParameter('ImageManifest', 'Invalid image manifest')
  return descriptors.map((descriptor) => {
    const digest = digestOf(descriptor)
    if (digest === undefined) throw invalidParameter('ImageManifest', 'Invalid image manifest')
    return digest
  })
}

function artifactTypeOf(manifest: Json): string | undefined {
  const { config } = manifest
  return textOf(manifest.artifactType) ?? (isObject(config) ? textOf(config.mediaType) : undefined)
}
