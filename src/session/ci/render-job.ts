import type { CiJob } from './ci-job.ts'

/** A document below its comments. */
export async function renderYaml(document: object, comments: readonly string[]): Promise<string> {
  const { stringify } = await import('yaml')
  const head = comments.map((line) => `# ${line}\n`).join('')
  return head + stringify(document, { lineWidth: 0 })
}

/** How the trusting account sees which run came; each system says so in its own variables. */
export function sessionName({ name }: CiJob, system: 'github' | 'gitlab' | 'plain'): string {
  // AWS: 2 to 64 characters of `[\w+=,.@-]`; run and job ids take up to twenty.
  const own = name.replace(/[^\w+=,.@-]/g, '-').slice(0, 40)
  if (system === 'github') return `${own}-\${{ github.run_id }}`
  return system === 'gitlab' ? `${own}-$CI_JOB_ID` : own
}

/** Shell lines that write a profile into a file. */
export function profileLines(file: string, profile: string): readonly string[] {
  return [`cat > ${file} <<'END'`, ...profile.trimEnd().split('\n'), 'END']
}

export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
