/**
 * How much comparing a document may cause. Rules that compare many things with many spend from it and stop where it is
 * used up, so that no document, however it is made, takes longer than its length explains.
 */
export interface Work {
  /** False once there is not enough left; then the comparison is not made, and `isUsedUp` stays true. */
  readonly spend: (steps: number) => boolean
  readonly isUsedUp: () => boolean
  readonly spent: () => number
}

export function createWork(limit: number): Work {
  let spent = 0
  let isUsedUp = false
  return {
    spend: (steps) => {
      if (isUsedUp || spent + steps > limit) {
        isUsedUp = true
        return false
      }
      spent += steps
      return true
    },
    isUsedUp: () => isUsedUp,
    spent: () => spent,
  }
}

/** Enough for every policy that AWS takes, many times over; beyond that, so many steps for each character. */
export function workFor(textLength: number): number {
  return 1_000_000 + 10 * textLength
}
