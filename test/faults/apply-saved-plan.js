// Applies a saved plan in a process of its own, so that a test can kill it. Runs the built package.
import { readFile } from 'node:fs/promises'
import { applyPlan, closeAll, connectAll } from '../../dist/cloud/index.js'

const [, , path] = process.argv
const { plan, accounts } = JSON.parse(await readFile(path, 'utf8'))
const connections = await connectAll(accounts, { environment: process.env })
const outcome = await applyPlan(plan, connections, { freshness: 'assume' })
closeAll(connections)
process.exitCode = outcome.kind === 'applied' && outcome.report.ok ? 0 : 1
