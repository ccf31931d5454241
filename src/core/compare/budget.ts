/** How much work a comparison may take. Past it, answers are `unknown`: never a guess. */
export interface Budget {
  /** False once nothing is left. */
  readonly spend: (steps: number) => boolean
  readonly reason: string
}

export function makeBudget(steps: number): Budget {
  let left = steps
  return {
    reason: 'deciding it would take more work than a comparison is allowed',
    spend: (count) => {
      left -= count
      return left >= 0
    },
  }
}
