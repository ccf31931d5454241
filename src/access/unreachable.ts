/** Ends a `switch` over a union, so that a new member fails to compile. Throws if it is reached all the same. */
export function unreachable(value: never): never {
  throw new Error(`bug: unexpected value ${JSON.stringify(value)}`)
}
