// @ts-check
// Writes docs/coverage.md: every operation of each service, whether it is built, the actions it asks the engine about and
// the condition keys it fills in. All of it is learnt from the code: each operation is asked what must be allowed for
// calls of scripts/coverage-world.js, and what the engine is given is written down.
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildWorld, particular } from './coverage-world.js'
import { useSource } from './import-source.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const path = 'docs/coverage.md'

const services = [
  { service: 'sts', title: 'STS' },
  { service: 'iam', title: 'IAM' },
  { service: 's3', title: 'S3' },
  { service: 'ecr', title: 'ECR' },
  { service: 'organizations', title: 'Organizations' },
  { service: 'cloudtrail', title: 'CloudTrail' },
]

/** @returns {Promise<Map<string, string>>} */
export function generate() {
  return useSource('local/index.ts', async (load) => {
    const parts = await loadParts(load)
    const sessionTokens = parts.createSessionTokens(randomBytes(32), randomBytes)
    const findOperation = parts.createOperationTable(sessionTokens)
    const world = buildWorld(parts, findOperation)
    try {
      const survey = { parts, world, findOperation }
      const surveyed = services.map((one) => ({ ...one, rows: surveyService(survey, one.service) }))
      return new Map([[path, renderPage(surveyed, keysOfEveryCall(survey))]])
    } finally {
      world.stop()
    }
  })
}

/** @param {(path: string) => Promise<any>} load */
async function loadParts(load) {
  const modules = await Promise.all(
    [
      'local/services/operations.ts',
      'local/services/iam/accounts.ts',
      'local/session-token.ts',
      'local/store/memory-store.ts',
      'local/store/disk-blob-store.ts',
      'local/authorize-call.ts',
      'local/policy-compiler.ts',
      'catalog/index.ts',
    ].map(load),
  )
  return Object.assign({}, ...modules)
}

/** @typedef {{ parts: any, world: import('./coverage-world.js').World, findOperation: any }} Survey */
/** @typedef {{ name: string, isBuilt: boolean, actions: string[], keys: string[], isOpen: boolean }} Row */

/** @param {Survey} survey @param {string} service @returns {Row[]} */
function surveyService(survey, service) {
  const table = JSON.parse(readFileSync(join(root, `data/protocol/${service}.json`), 'utf8'))
  const always = new Set(keysOfEveryCall(survey))
  return Object.keys(table.operations).map((name) => {
    const operation = survey.findOperation(service, name)
    if (operation === undefined)
      return { name, isBuilt: false, actions: [], keys: [], isOpen: false }
    const required = table.shapes[table.operations[name].input]?.required ?? []
    const asked = askOperation(survey, operation, required)
    const keys = asked.questions.flatMap((question) => keysOf(survey, operation, question))
    return {
      name,
      isBuilt: true,
      actions: unique(asked.questions.map((question) => question.action)),
      keys: unique(keys.filter((key) => !always.has(key))),
      isOpen: !asked.isAnswered,
    }
  })
}

/**
 * What an operation asks about, over a call with everything and one with what it demands.
 * @param {Survey} survey
 * @param {any} operation
 * @param {string[]} required
 * @returns {{ isAnswered: boolean, questions: any[] }}
 */
function askOperation({ world }, operation, required) {
  const { service, name } = operation
  const whole = { ...world.samples, ...particular[name] }
  const least = Object.fromEntries(Object.entries(whole).filter(([key]) => required.includes(key)))
  const plain = { ...whole, SerialNumber: undefined, Policy: undefined, VersionId: undefined }
  const answers = [whole, plain, { ...least, ...particular[name] }].flatMap((input) => {
    try {
      const call = world.callOf(service, name)
      const each = operation.authorizeEach?.(input, call) ?? []
      return [[...operation.authorize(input, call), ...each]]
    } catch {
      return []
    }
  })
  return { isAnswered: answers.length > 0, questions: answers.flat() }
}

/**
 * The condition keys that the engine is given with a question, in AWS's spelling.
 * @param {Survey} survey
 * @param {{ service: string, name: string }} operation
 * @param {any} question
 * @returns {string[]}
 */
function keysOf({ parts, world }, { service, name }, question) {
  /** @type {any[]} */
  const decisions = []
  const tools = {
    compiler: parts.createPolicyCompiler(),
    onDecision: (/** @type {any} */ decision) => decisions.push(decision),
  }
  try {
    parts.authorizeCall(tools, [question], world.callOf(service, name))
  } catch {
    // A denial: what was asked is known all the same.
  }
  const keys = decisions.flatMap((decision) => Object.keys(decision.request.context))
  return keys.map((key) => parts.findConditionKey(service, key)?.name ?? renderKey(key))
}

/** Web identity's keys begin with the issuer, whichever that is. @param {string} key */
function renderKey(key) {
  return key.replace(/^issuer\.example\.com:/, 'ISSUER:')
}

/** @param {Survey} survey */
function keysOfEveryCall(survey) {
  const resourceAccount = survey.world.accountId
  const question = { action: 'iam:ListUsers', resource: '*', resourceAccount }
  return unique(keysOf(survey, { service: 'iam', name: 'ListUsers' }, question))
}

/** @param {string[]} texts */
function unique(texts) {
  return [...new Set(texts)].toSorted()
}

/**
 * @param {{ title: string, rows: Row[] }[]} surveyed
 * @param {string[]} always
 */
function renderPage(surveyed, always) {
  const counts = surveyed.map(({ title, rows }) => {
    const built = rows.filter((row) => row.isBuilt).length
    return `| [${title}](#${title.toLowerCase()}) | ${built} | ${rows.length} |`
  })
  const parts = [
    head,
    `| service | built | of |\n| --- | --- | --- |\n${counts.join('\n')}`,
    `Besides what a table names, every call has, where there is a value: ${always.map(code).join(', ')}, and for
sessions \`aws:TokenIssueTime\`, \`aws:MultiFactorAuthPresent\`, \`aws:MultiFactorAuthAge\` and \`aws:SourceIdentity\`.`,
    ...surveyed.flatMap(renderService),
  ]
  return `${parts.join('\n\n')}\n`
}

const head = `# What the embedded AWS covers

<!-- generated from the code by scripts/generate-coverage.js -->

Every operation of the services in the embedded AWS. What is not built answers \`NotImplemented\` (501) by name. For what
is built: the actions that the policy engine is asked about, all of which must be allowed, though some only for calls that
need them, such as \`iam:TagRole\` for a role that is created with tags; and the condition keys that such calls fill in.
"None" needs no permission.`

/** What a table cannot tell, by service. @type {Readonly<Record<string, string>>} */
const notes = {
  STS: `\`GetDelegatedAccessToken\` decides who may call it and then knows no token: partners, and the delegation requests of IAM
by which they get one, are not built.`,
}

/** @param {{ title: string, rows: Row[] }} service */
function renderService({ title, rows }) {
  const note = notes[title]
  const built = rows.filter((row) => row.isBuilt)
  const missing = rows.filter((row) => !row.isBuilt).map((row) => code(row.name))
  const table = [
    '| operation | asks for | condition keys |',
    '| --- | --- | --- |',
    ...built.map(
      ({ name, actions, keys, isOpen }) =>
        `| ${code(name)} | ${isOpen ? 'not known' : list(actions, 'none')} | ${list(keys, '')} |`,
    ),
  ]
  return [
    `## ${title}`,
    ...(built.length === 0 ? [] : [table.join('\n')]),
    ...(note === undefined ? [] : [note]),
    ...(missing.length === 0 ? [] : [`Not built (${missing.length}): ${missing.join(', ')}.`]),
  ]
}

/** @param {string[]} texts @param {string} none */
function list(texts, none) {
  return texts.length === 0 ? none : texts.map(code).join(', ')
}

/** @param {string} text */
function code(text) {
  return `\`${text}\``
}
