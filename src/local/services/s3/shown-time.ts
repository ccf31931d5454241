/** S3 keeps time in whole seconds. */
export function shownTime(ms: number): Date {
  return new Date(Math.floor(ms / 1000) * 1000)
}
