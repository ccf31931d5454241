import { commands, type Verb, verbTitles } from './commands.ts'

/** The text of `stile --help`: every command under the verb it belongs to. */
export function renderHelp(): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  const lines = ['stile: cross-account access on AWS, declared in one file', '']
  lines.push('Usage: stile COMMAND [OPTIONS]', '')
  for (const verb of Object.keys(verbTitles) as Verb[]) {
    lines.push(verbTitles[verb])
    for (const row of commands.filter((each) => each.verb === verb)) {
      lines.push(`  ${row.name.padEnd(width)} ${row.summary}`)
    }
    lines.push('')
  }
  lines.push('Start here:')
  lines.push('  stile demo                see it work, without an AWS account')
  lines.push('  stile init && stile check')
  lines.push('', '`stile COMMAND --help` shows options and an example.', '')
  return lines.join('\n')
}
