/** What AWS demands of one member before it looks at anything else. Bounds count characters, items, or the number itself. */
export interface Constraint {
  readonly min?: number
  readonly max?: number
  /** As AWS prints it in its message. */
  readonly pattern?: string
  /** The pattern over the whole text. */
  readonly matches?: RegExp
  readonly values?: readonly string[]
  /** Of each item of a list of scalars. */
  readonly items?: Constraint
  /** AWS leaves the value out of the message. */
  readonly isHidden?: true
  /** What AWS says in place of the pattern: `It must contain only alphanumeric characters.` */
  readonly rule?: string
}

/** Rows by member, `RoleName`; or by structure and member, `Tag.Key`, which goes first. */
export type ConstraintRows = ReadonlyMap<string, Constraint>

/** Text of `min` to `max` characters that matches `pattern` as a whole. */
export function text(
  { min, max }: { readonly min?: number; readonly max?: number },
  pattern?: string,
): Constraint {
  return {
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(pattern !== undefined && { pattern, matches: new RegExp(`^(?:${pattern})$`, 'u') }),
  }
}

/** The same, with the sentence that AWS says in place of the pattern. */
export function ruled(rule: string, constraint: Constraint): Constraint {
  return { ...constraint, rule }
}

/** One of a few words. */
export function oneOf(...values: readonly string[]): Constraint {
  return { values }
}

/** The same constraint under several names. */
export function each(
  names: string,
  constraint: Constraint,
): readonly (readonly [string, Constraint])[] {
  return names.split(' ').map((name) => [name, constraint])
}
