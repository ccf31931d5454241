import type { CompiledPolicy } from '../policy/compile-policy.ts'

/**
 * Every policy that applies to one request, layer by layer.
 * An empty `scp` or `rcp` means that the account is in no organization; otherwise one list per level, root first.
 * `null` means that nothing is attached in that layer, which is not the same as an attached policy that allows nothing.
 */
export interface PolicyLayers {
  readonly identity: readonly CompiledPolicy[]
  readonly boundary: readonly CompiledPolicy[] | null
  readonly session: readonly CompiledPolicy[] | null
  /** The resource's own policy: bucket policy, key policy, or the role's trust policy for `sts:AssumeRole*`. */
  readonly resource: CompiledPolicy | null
  readonly scp: readonly (readonly CompiledPolicy[])[]
  readonly rcp: readonly (readonly CompiledPolicy[])[]
  readonly vpce: readonly CompiledPolicy[] | null
  /** What the grants of a KMS key say, each as a policy of the key. */
  readonly grants?: readonly CompiledPolicy[]
}
