#!/usr/bin/env node
// CommonJS, so that a kept credential is answered before any ES module is loaded.
const [major, minor] = process.versions.node.split('.').map(Number)
const argv = process.argv.slice(2)
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`stile needs Node.js 20.19 or later, this is ${process.versions.node}\n`)
  process.exitCode = 3
} else {
  start(ownWords(argv))
}

/**
 * The words that say which session is wanted, where an answer to them may be kept. What `exec` runs is none of them,
 * and without a program it is the shell that is meant.
 */
function ownWords([name, ...rest]) {
  if (name === 'credential-process') return [name, ...rest]
  const end = name === 'exec' ? rest.indexOf('--') : -1
  return end < 1 || end === rest.length - 1 ? undefined : [name, ...rest.slice(0, end)]
}

function start(words) {
  if (words === undefined) return run(undefined)
  const { answerPath, readAnswer, stampOf } = require('./quick-answer.js')
  const path = answerPath({ argv: words, cwd: process.cwd(), environment: process.env })
  const answer = readAnswer(path, Date.now())
  if (answer === undefined) run({ path, stampOf })
  else if (words[0] === 'exec') run({ path, stampOf, answer })
  else process.stdout.write(answer)
}

function run(quickAnswer) {
  // The AWS SDK's notice about Node.js 20 is for developers; docs/dependencies.md dates the move.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
  import('../dist/cli/main.js').then(
    ({ main }) => main(argv, quickAnswer),
    (error) => {
      if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error
      process.stderr.write('stile is not built yet: run `npm run build` first\n')
      process.exitCode = 3
    },
  )
}
