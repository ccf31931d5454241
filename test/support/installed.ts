import { spawnSync } from 'node:child_process'

/** Why a program of this machine cannot be used; undefined when it can. */
export function whyNotInstalled(
  name: string,
  ...versionArgs: readonly string[]
): string | undefined {
  const { status } = spawnSync(name, versionArgs, { stdio: 'ignore' })
  return status === 0 ? undefined : `${name} is not installed`
}
