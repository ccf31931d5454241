import { z } from 'zod'
import type { Expiry, Grant, Permission } from './access-file.ts'
import { callersOf } from './callers.ts'
import { parseExpiry } from './expiry.ts'
import { fromShape } from './from-schema.ts'
import { grammars, isWellFormed, shown } from './grammar.ts'
import { grantOutlineShape, requireShape, sessionShape, toShape } from './grant-schema.ts'
import type { AccountDirectory } from './parse-accounts.ts'
import { parsePermission } from './parse-allow.ts'
import { parseFrom } from './parse-from.ts'
import { parseRequire } from './parse-require.ts'
import { parseSession } from './parse-session.ts'
import { parseTo } from './parse-to.ts'
import { permissionShape } from './permit-schema.ts'
import { itemPlaces, placeAt, type Scope, scopeAt } from './place.ts'
import { parseShape, type ShapeTools } from './shape-problems.ts'
import { valueAt } from './yaml-value.ts'

export interface GrantScope extends Scope, ShapeTools {
  readonly name: string
  readonly directory: AccountDirectory
}

/**
 * Parses one grant. Its parts are checked one by one, so that a fault in one does not hide those of the others.
 * Undefined when it has errors, all of which are then reported.
 */
export function parseGrant(scope: GrantScope): Grant | undefined {
  const { name, place } = scope
  const outline = parseShape(grantOutlineShape, { ...scope, value: valueAt(place, 1) })
  if (place.node?.kind !== 'map') return undefined
  const isNameFine = isWellFormed(name, grammars.grantName, {
    ...scope,
    place: { ...place, position: place.keyPosition },
  })
  const parts = parseParts(scope)
  const words = outline && parseWords(outline, scope)
  if (parts === undefined || words === undefined || !isNameFine) return undefined
  return { name, ...words, ...parts, position: place.keyPosition }
}

type GrantParts = Pick<Grant, 'from' | 'to' | 'allow' | 'require' | 'session'>

function parseParts(scope: GrantScope): GrantParts | undefined {
  const fromScope = { ...scopeAt(scope, 'from'), grantName: scope.name }
  const written = parsePart(fromShape, fromScope)
  const from = written && parseFrom(written, fromScope)
  const callers = written && callersOf(written)
  const toScope = { ...scopeAt(scope, 'to'), from }
  const toPart = parsePart(toShape, toScope)
  const to = toPart && parseTo(toPart, toScope)
  const allow = parseAllow(scopeAt(scope, 'allow'))
  const requireScope = { ...scopeAt(scope, 'require'), callers }
  const requirePart = parsePart(requireOrNothing, requireScope)
  const require = requirePart && parseRequire(requirePart, requireScope)
  const sessionScope = { ...scopeAt(scope, 'session'), callers }
  const sessionPart = parsePart(sessionOrNothing, sessionScope)
  const session = sessionPart && parseSession(sessionPart, sessionScope)
  if (!from || !to || !allow || !require || !session) return undefined
  return { from, to, allow, require, session }
}

function parsePart<T>(shape: z.ZodType<T>, scope: GrantScope): T | undefined {
  return parseShape(shape, { ...scope, value: valueAt(scope.place) })
}

const requireOrNothing = requireShape.default({})
const sessionOrNothing = sessionShape.default({})
const listShape = z.array(z.unknown()).min(1)

function parseAllow(scope: GrantScope): readonly Permission[] | undefined {
  if (parsePart(listShape, scope) === undefined) return undefined
  const parsed = itemPlaces(scope.place).map((_, index) => {
    const entry = { ...scope, place: placeAt(scope.place, index) }
    const shape = parsePart(permissionShape, entry)
    return shape && parsePermission(shape, entry)
  })
  return parsed.every((entry) => entry !== undefined) ? parsed.flat() : undefined
}

function parseWords(
  shape: z.infer<typeof grantOutlineShape>,
  scope: Scope,
): Pick<Grant, 'description' | 'owner' | 'expires'> | undefined {
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
