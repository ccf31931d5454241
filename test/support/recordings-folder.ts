import { resolve } from 'node:path'
import { env } from 'node:process'

/** Where answers of real AWS lie that the repository does not hold: `STILE_AWS_RECORDINGS`, or beside it. */
export function recordingsFolder(repository: string): string {
  return env.STILE_AWS_RECORDINGS ?? resolve(repository, '../shared/aws-recordings')
}
