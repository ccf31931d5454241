import type { Expiry, Grant, Permission } from './access-file.ts'
import { parseExpiry } from './expiry.ts'
import { grammars, isWellFormed, shown } from './grammar.ts'
import type { GrantShape } from './grant-schema.ts'
import type { AccountDirectory } from './parse-accounts.ts'
import { parsePermission } from './parse-allow.ts'
import { parseFrom } from './parse-from.ts'
import { parseRequire } from './parse-require.ts'
import { parseSession } from './parse-session.ts'
import { parseTo } from './parse-to.ts'
import { type Scope, scopeAt } from './place.ts'

export interface GrantScope extends Scope {
  readonly name: string
  readonly directory: AccountDirectory
}

/** Parses one grant whose shape is right. Undefined when it has errors, all of which are then reported. */
export function parseGrant(shape: GrantShape, scope: GrantScope): Grant | undefined {
  const keyScope = { ...scope, place: { ...scope.place, position: scope.place.keyPosition } }
  const isNameFine = isWellFormed(scope.name, grammars.grantName, keyScope)
  const from = parseFrom(shape.from, { ...scopeAt(scope, 'from'), grantName: scope.name })
  const to = parseTo(shape.to, { ...scopeAt(scope, 'to'), from })
  const allow = parseAllow(shape, scopeAt(scope, 'allow'))
  const require = parseRequire(shape.require ?? {}, { ...scopeAt(scope, 'require'), from })
  const session = parseSession(shape.session ?? {}, { ...scopeAt(scope, 'session'), from })
  const words = parseWords(shape, scope)
  if (!isNameFine || !from || !to || !allow || !require || !session || !words) return undefined
  const position = scope.place.keyPosition
  return { name: scope.name, ...words, from, to, allow, require, session, position }
}

function parseAllow(shape: GrantShape, scope: Scope): readonly Permission[] | undefined {
  const parsed = shape.allow.map((entry, index) => parsePermission(entry, scopeAt(scope, index)))
  return parsed.every((entry) => entry !== undefined) ? parsed.flat() : undefined
}

type GrantWords = Pick<Grant, 'description' | 'owner' | 'expires'>

function parseWords(shape: GrantShape, scope: Scope): GrantWords | undefined {
  const { description, owner } = shape
  const expires = parseExpires(shape.expires, scopeAt(scope, 'expires'))
  if (expires === 'invalid') return undefined
  return {
    ...(description === undefined ? {} : { description }),
    ...(owner === undefined ? {} : { owner }),
    ...(expires === undefined ? {} : { expires }),
  }
}

function parseExpires(on: string | undefined, scope: Scope): Expiry | 'invalid' | undefined {
  if (on === undefined) return undefined
  const expiry = parseExpiry(on)
  if (expiry !== undefined) return expiry
  const hasForm = /^\d{4}-\d{2}-\d{2}$/.test(on)
  scope.report(scope.place, {
    code: 'invalid-date',
    message: hasForm ? `there is no day ${shown(on)}` : `${shown(on)} is no date`,
    remedy:
      'write the last day of the grant as `2027-06-30`; it holds to the end of that day in UTC',
  })
  return 'invalid'
}
