/** A lone text counts as a list of one wherever the file takes a list. */
export function textsOf(written: string | readonly string[] | undefined): readonly string[] {
  if (written === undefined) return []
  return typeof written === 'string' ? [written] : written
}
