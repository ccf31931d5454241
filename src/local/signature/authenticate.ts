import type { AuthenticatedCaller } from '../caller.ts'
import type { CredentialTools } from '../credential.ts'
import { findCredential } from '../credential.ts'
import type { LocalTools } from '../operation.ts'
import type { RequestHead } from './canonical-request.ts'
import type { PresentedSignature } from './read-signature.ts'
import type { SignatureFault } from './signature-fault.ts'
import type { SigningKeys } from './signing-key.ts'
import { verifySignature } from './verify-signature.ts'

export type Authentication =
  | {
      readonly kind: 'authenticated'
      readonly caller: AuthenticatedCaller
      readonly secretAccessKey: string
    }
  | { readonly kind: 'refused'; readonly fault: SignatureFault }

export type AuthenticationTools = CredentialTools & {
  readonly signingKeys: SigningKeys
  /** What clients sign by, where the server's own clock was set to another time. */
  readonly signingClock?: LocalTools['clock']
}

export interface SignedCall {
  readonly head: RequestHead
  readonly presented: PresentedSignature
  readonly payloadHash: string
}

/** Finds who signed a request and proves it. The access key is looked up first, as AWS does. */
export function authenticate(tools: AuthenticationTools, call: SignedCall): Authentication {
  const { head, presented, payloadHash } = call
  const { accessKeyId } = presented
  const found = findCredential(tools, presented)
  if (found.kind === 'unknownKey') return refused({ kind: 'unknownKey', accessKeyId })
  if (found.kind !== 'found') return refused({ kind: found.kind })
  const { caller, secretAccessKey } = found
  const fault = verifySignature(head, presented, {
    secretAccessKey,
    payloadHash,
    signingKeys: tools.signingKeys,
    nowMs: (tools.signingClock ?? tools.clock).nowMs(),
  })
  if (fault !== undefined) return refused(fault)
  return { kind: 'authenticated', caller, secretAccessKey }
}

/**
 * Looks again at who signed a call once its body is in, which may take hours: whoever was deleted or shut out
 * meanwhile is not let in by what was proved of the head. A session that held then may end meanwhile.
 */
export function confirmCaller(
  tools: AuthenticationTools,
  presented: PresentedSignature,
  provedAtMs: number,
): Authentication {
  const { accessKeyId } = presented
  const { store, sessionTokens } = tools
  const found = findCredential(
    { store, sessionTokens, clock: { nowMs: () => provedAtMs } },
    presented,
  )
  if (found.kind === 'unknownKey') return refused({ kind: 'unknownKey', accessKeyId })
  if (found.kind !== 'found') return refused({ kind: found.kind })
  return { ...found, kind: 'authenticated' }
}

function refused(fault: SignatureFault): Authentication {
  return { kind: 'refused', fault }
}
