/** One meaning per number, for every command; `exec` passes its child's status on instead. */
export const exitCodes = {
  done: 0,
  denied: 1,
  usage: 2,
  failed: 3,
  needsPerson: 4,
  interrupted: 130,
} as const

export type ExitCode = number
