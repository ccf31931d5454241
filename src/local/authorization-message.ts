import { createCipheriv, createDecipheriv } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { AccountId, Decision, Request } from '../core/index.ts'
import { deriveKey } from './derive-key.ts'
import type { LocalTools } from './operation.ts'
import { readSealingKey } from './sealing-key.ts'

type Tools = Pick<LocalTools, 'store' | 'randomBytes'>

/**
 * Why a call was denied, in the form that `DecodeAuthorizationMessage` gives back: sealed, because it tells of
 * policies that the caller may not be allowed to see.
 */
export function encodeAuthorizationMessage(
  tools: Tools,
  request: Request,
  decision: Decision,
): string {
  const nonce = tools.randomBytes(nonceSize)
  const cipher = createCipheriv('aes-256-gcm', keyOf(tools), nonce)
  cipher.setAAD(Buffer.from(readerOf(request)))
  const text = deflateRawSync(JSON.stringify(describe(request, decision)))
  const sealed = [nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]
  return Buffer.concat(sealed).toString('base64url')
}

/** Whose policies a message tells of: AWS does not say who else may read it, so nobody may. */
function readerOf({ principal, resourceAccount }: Request): AccountId {
  return 'accountId' in principal ? principal.accountId : resourceAccount
}

/** The message's JSON; undefined when this server did not make it for this account, or it was altered. */
export function decodeAuthorizationMessage(
  tools: Tools,
  message: string,
  accountId: AccountId,
): string | undefined {
  const sealed = Buffer.from(message, 'base64url')
  if (sealed.length < nonceSize + tagSize || sealed.toString('base64url') !== message) {
    return undefined
  }
  const nonce = sealed.subarray(0, nonceSize)
  const decipher = createDecipheriv('aes-256-gcm', keyOf(tools), nonce, { authTagLength: tagSize })
  decipher.setAAD(Buffer.from(accountId))
  decipher.setAuthTag(sealed.subarray(-tagSize))
  try {
    const opened = decipher.update(sealed.subarray(nonceSize, -tagSize))
    return inflateRawSync(Buffer.concat([opened, decipher.final()])).toString('utf8')
  } catch {
    return undefined
  }
}

const nonceSize = 12
const tagSize = 16

function keyOf(tools: Tools): Buffer {
  return deriveKey(readSealingKey(tools), 'stile authorization message')
}

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html */
function describe(request: Request, decision: Decision): object {
  const { principal, action, resource, context } = request
  const isDenied = decision.kind === 'explicitDeny'
  const matched = isDenied ? decision.by : []
  const conditions = Object.entries(context).map(([key, value]) => {
    const values = Array.isArray(value) ? value : [value]
    return { key, values: { items: values.map((one) => ({ value: String(one) })) } }
  })
  return {
    allowed: decision.kind === 'allow',
    explicitDeny: isDenied,
    matchedStatements: { items: matched },
    failures: { items: [] },
    context: {
      principal: { arn: 'arn' in principal ? principal.arn : principal.kind },
      action,
      resource,
      conditions: { items: conditions },
    },
  }
}
