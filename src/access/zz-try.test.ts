import { readFileSync } from 'node:fs'
import { test } from 'vitest'
import { compileAccess } from './compile-access.ts'
import { checkAccess } from './check-access.ts'
import { parseAccessFile } from './parse-access-file.ts'
test('try', () => {
  const parsed = parseAccessFile([{ file: 'access.yaml', text: readFileSync('/tmp/try.yaml', 'utf8') }])
  if (!parsed.ok) { console.log(parsed.problems); return }
  const out = compileAccess(parsed.access)
  if (out.ok) console.log(JSON.stringify(out.compilation.roles.map(({trustPolicy,inlinePolicies,tags})=>({trustPolicy,inlinePolicies,tags})), null, 1), JSON.stringify(out.compilation.callerPolicies.map(({document})=>document)))
  const t = performance.now()
  const report = checkAccess(parsed.access, { nowMs: Date.parse('2026-11-22T00:00:00Z') })
  console.log(performance.now()-t)
  console.log(report.problems.map(p => `${p.severity} ${p.code} ${p.path}: ${p.message} -> ${p.remedy}`).join('\n'))
  console.log(report.proofs.map(p => `${p.kind.padEnd(9)} ${p.grant}: ${p.title} | ${p.detail} [${p.side}]`).join('\n'))
})
