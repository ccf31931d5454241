/** Ends a `switch` over a union: a member without a case fails to compile. Throws if it is reached all the same. */
export function unreachable(value: never): never {
  throw new Error(`bug: ${JSON.stringify(value)} has no case`)
}
