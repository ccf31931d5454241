import { lintKeysOnline, lintSharedConfig, type SharedConfigFinding } from '../session/index.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import { fitLine } from './fit-line.ts'
import { createOutput, type Output, type Style } from './output.ts'
import { countOf } from './render-check.ts'
import type { TargetRequest } from './session-target.ts'
import { chooseStsEndpoint } from './sts-endpoint.ts'

/** Says all on which readers of `~/.aws` differ. Exit 1 where anything is wrong, 0 where there are notes at most. */
export async function checkProfiles({ context, options }: TargetRequest): Promise<ExitCode> {
  const { environment, nowMs } = context
  const output = createOutput(context, options)
  const endpoint = await chooseStsEndpoint({ options, profile: undefined, environment })
  const online =
    options.online === true
      ? await lintKeysOnline({ environment, endpoint, nowMs: nowMs() })
      : { findings: [], unread: [] }
  const findings = [...(await lintSharedConfig(environment)), ...online.findings]
  const grave = findings.filter(({ severity }) => severity !== 'note')
  if (options.json === true) output.json({ version: 1, findings, unread: online.unread })
  else {
    for (const finding of findings) print(finding, { output, columns: context.stdout.columns })
    for (const message of online.unread) output.say(message)
    output.say(findings.length === 0 ? 'nothing found' : countOf(findings.length, 'finding'))
  }
  return grave.length === 0 ? exitCodes.done : exitCodes.denied
}

const styles: Readonly<Record<SharedConfigFinding['severity'], Style>> = {
  error: 'bad',
  warning: 'warning',
  note: 'dim',
}

function print(
  finding: SharedConfigFinding,
  { output, columns }: { readonly output: Output; readonly columns: number | undefined },
): void {
  const { place, severity, code, message, botocore, javascript, remedy } = finding
  const at = place === undefined ? 'environment' : `${place.path}:${place.line}:${place.column}`
  output.print(`${at} ${output.paint(styles[severity], severity)} ${code}`)
  const same = botocore === javascript
  const readers = same
    ? [`all: ${botocore}`]
    : [`AWS CLI, boto3: ${botocore}`, `SDK for JavaScript: ${javascript}`]
  for (const line of [message, ...readers, `to do: ${remedy}`]) {
    output.print(fitLine(`  ${line}`, columns))
  }
}
