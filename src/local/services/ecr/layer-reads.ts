import { ecrError } from './ecr-error.ts'
import { repositoryOperation } from './ecr-operation.ts'
import { isDigest } from './images.ts'
import { signLayerLink } from './layer-download.ts'
import { findLayer } from './layers.ts'
import { inRepository, type RepositoryInput } from './repository.ts'

interface CheckInput extends RepositoryInput {
  readonly layerDigests?: readonly string[]
}

/** Which of some layers a push need not upload. */
export const batchCheckLayerAvailability = repositoryOperation<CheckInput>({
  name: 'BatchCheckLayerAvailability',
  run(input, call, repository) {
    const digests = [...new Set(input.layerDigests ?? [])]
    const failures = digests
      .filter((digest) => !isDigest(digest))
      .map((digest) => ({
        layerDigest: digest,
        failureCode: 'InvalidLayerDigest',
        failureReason: `The layer digest '${digest}' is invalid`,
      }))
    const layers = digests.filter(isDigest).map((digest) => {
      const layer = findLayer(call.store, repository, digest)
      return layer === undefined
        ? { layerDigest: digest, layerAvailability: 'UNAVAILABLE' }
        : {
            layerDigest: digest,
            layerAvailability: 'AVAILABLE',
            layerSize: layer.size,
            mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
          }
    })
    return { layers, failures }
  },
})

interface DownloadInput extends RepositoryInput {
  readonly layerDigest?: string
}

export const getDownloadUrlForLayer = repositoryOperation<DownloadInput>({
  name: 'GetDownloadUrlForLayer',
  run(input, call, repository) {
    const { layerDigest: digest = '' } = input
    if (findLayer(call.store, repository, digest) === undefined)
      throw ecrError(
        'LayersNotFoundException',
        `The layer with digest '${digest}' does not exist in ${inRepository(repository)}`,
      )
    return {
      downloadUrl: signLayerLink(call, { place: repository, digest }, call),
      layerDigest: digest,
    }
  },
})
