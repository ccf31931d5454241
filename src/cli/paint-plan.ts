import { type Plan, renderPlan } from '../cloud/index.ts'
import type { Output, Style } from './output.ts'

const styles: Readonly<Record<string, Style>> = {
  '+': 'good',
  '-': 'bad',
  '~': 'warning',
  '!': 'warning',
  '@': 'bold',
}

/** The plan's lines, coloured by their first character. */
export function paintPlan(plan: Plan, output: Output): readonly string[] {
  return renderPlan(plan).map((line) => paintLine(line, output))
}

export function paintLine(line: string, output: Output): string {
  const style = styles[line.charAt(0)]
  return style === undefined ? line : output.paint(style, line)
}
