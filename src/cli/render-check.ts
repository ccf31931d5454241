import { type Problem, type Proof, renderProblem, wrapText } from '../access/index.ts'
import type { Output, Style } from './output.ts'

export interface CheckResult {
  readonly problems: readonly Problem[]
  readonly proofs: readonly Proof[]
}

/** What `check` found, for people: the proofs of each grant, then every problem, then one line that sums up. */
export function renderCheck(result: CheckResult, output: Output): readonly string[] {
  const names = [...new Set(result.proofs.map((proof) => proof.grant))]
  return [
    ...names.flatMap((name) => [
      output.paint('bold', name),
      ...result.proofs
        .filter((proof) => proof.grant === name)
        .flatMap((proof) => renderProof(proof, output)),
      '',
    ]),
    ...result.problems.flatMap((problem) => [...paintProblem(problem, output), '']),
    renderSum(result, output),
  ]
}

const marks = {
  allowed: { mark: '✓', style: 'good' },
  refused: { mark: '✗', style: 'good' },
  delegated: { mark: '~', style: 'warning' },
  failed: { mark: '!', style: 'bad' },
} as const satisfies Readonly<Record<Proof['kind'], { mark: string; style: Style }>>

function renderProof({ kind, title, detail }: Proof, output: Output): readonly string[] {
  const { mark, style } = marks[kind]
  const reason = wrapText(detail, { indent: '      ' }).map((line) => output.paint('dim', line))
  return [`  ${output.paint(style, mark)} ${title}`, ...reason]
}

const severityStyles = { error: 'bad', warning: 'warning', assumption: 'dim' } as const

function paintProblem(problem: Problem, output: Output): readonly string[] {
  const [head = '', ...rest] = renderProblem(problem)
  return [output.paint(severityStyles[problem.severity], head), ...rest]
}

/** `1 error`, `2 errors`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function renderSum({ problems, proofs }: CheckResult, output: Output): string {
  const severities = (severity: string): number =>
    problems.filter((problem) => problem.severity === severity).length
  const kinds = (kind: string): number => proofs.filter((proof) => proof.kind === kind).length
  const isClean = severities('error') + kinds('failed') === 0
  const parts = [
    `${kinds('allowed')} proved to work`,
    `${kinds('refused')} proved to be refused`,
    ...(kinds('delegated') === 0 ? [] : [`${kinds('delegated')} decided by administrators`]),
    ...(kinds('failed') === 0 ? [] : [`${kinds('failed')} failed`]),
    countOf(severities('error'), 'error'),
    countOf(severities('warning'), 'warning'),
  ]
  return output.paint(isClean ? 'good' : 'bad', parts.join(', '))
}
