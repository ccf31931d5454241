import { findManagedPolicy } from '../catalog/index.ts'
import type { CompiledPolicy, PolicyDocument, PolicyType } from '../core/index.ts'
import { compilePolicy, parsePolicy } from '../core/index.ts'
import type { AccessFile } from './access-file.ts'
import type { Compilation, DesiredCallerPolicy, DesiredRole } from './compilation.ts'

/** Everything that the access file wants to exist, made ready for the engine to decide with. */
export interface ProofWorld {
  readonly access: AccessFile
  readonly nowMs: number
  readonly roles: readonly ProvedRole[]
  readonly callerPolicies: readonly ProvedCallerPolicy[]
}

export interface ProvedRole {
  readonly desired: DesiredRole
  readonly trust: CompiledPolicy
  /** What the role may do, as far as the documents are known. */
  readonly permissions: readonly CompiledPolicy[]
  /** Null: no boundary, or one whose document is not known. */
  readonly boundary: readonly CompiledPolicy[] | null
  /** ARNs of attached customer managed policies: what they allow is not in the file. */
  readonly unknownPolicies: readonly string[]
  readonly unknownBoundary?: string
}

export interface ProvedCallerPolicy {
  readonly desired: DesiredCallerPolicy
  readonly compiled: CompiledPolicy
}

export function buildProofWorld(
  access: AccessFile,
  compilation: Compilation,
  nowMs: number,
): ProofWorld {
  const compileOnce = documentCompiler()
  const roles = compilation.roles.map((role) => proveRole(role, compileOnce))
  return {
    access,
    nowMs,
    roles,
    callerPolicies: compilation.callerPolicies.map((desired) => ({
      desired,
      compiled: compileDocument(desired.document, {
        type: 'identity',
        label: `${desired.name} in ${desired.account.name}`,
      }),
    })),
  }
}

/** A document that the compiler wrote, or the catalog holds. Throws where the engine cannot read it: that is a bug. */
export function compileDocument(
  document: PolicyDocument,
  as: { readonly type: PolicyType; readonly label: string },
): CompiledPolicy {
  const parsed = parsePolicy(document, as.type)
  if (parsed.ok) return compilePolicy(parsed.policy, as.label)
  const problems = parsed.problems.map(({ path, message }) => `${path}: ${message}`)
  throw new Error(`bug: ${as.label} is not a ${as.type} policy: ${problems.join('; ')}`)
}

type CompileOnce = (document: PolicyDocument, label: string) => CompiledPolicy

/** Compiles an identity-based policy that many roles have once, so that it also stays recognisable as the same. */
function documentCompiler(): CompileOnce {
  const known = new Map<string, CompiledPolicy>()
  return (document, label) => {
    const key = `${label}\n${JSON.stringify(document)}`
    const present = known.get(key)
    if (present !== undefined) return present
    const compiled = compileDocument(document, { type: 'identity', label })
    known.set(key, compiled)
    return compiled
  }
}

function proveRole(desired: DesiredRole, compileOnce: CompileOnce): ProvedRole {
  const managed = desired.managedPolicyArns.map((arn) => ({
    arn,
    policy: awsPolicy(arn, compileOnce),
  }))
  const inline = desired.inlinePolicies.map(({ name, document }) => compileOnce(document, name))
  const { boundaryArn } = desired
  const boundary = boundaryArn === undefined ? undefined : awsPolicy(boundaryArn, compileOnce)
  const hasUnknownBoundary = boundaryArn !== undefined && boundary === undefined
  return {
    desired,
    trust: compileDocument(desired.trustPolicy, {
      type: 'trust',
      label: `trust policy of ${desired.name} in ${desired.account.name}`,
    }),
    permissions: [...managed.flatMap(({ policy }) => policy ?? []), ...inline],
    boundary: boundary === undefined ? null : [boundary],
    unknownPolicies: managed.flatMap(({ arn, policy }) => (policy === undefined ? [arn] : [])),
    ...(hasUnknownBoundary ? { unknownBoundary: boundaryArn } : {}),
  }
}

function awsPolicy(arn: string, compileOnce: CompileOnce): CompiledPolicy | undefined {
  if (!/^arn:[^:]*:iam::aws:/.test(arn)) return undefined
  const found = findManagedPolicy(arn)
  return found && compileOnce(found.document, found.name)
}
