// What `stile credential-process` answers, and `stile exec` gives its program, when it asked before: plain files and
// nothing loaded, since programs run it for every call. `src/session/cache/quick-answer.ts` writes the files; the shape of their names and content is here.
const { createHash } = require('node:crypto')
const { readFileSync, statSync } = require('node:fs')
const { homedir } = require('node:os')
const { join } = require('node:path')

const home = (environment) => environment.HOME || environment.USERPROFILE || homedir()

/** Variables on which the answer depends; those that name the cache are in the path itself. */
const variables = /^(AWS_|STILE_|HOME$|USERPROFILE$|XDG_CONFIG_HOME$|APPDATA$)/

/** The file that holds the answer to this command line, here and in this environment. */
function answerPath({ argv, cwd, environment }) {
  const base =
    environment.STILE_CACHE_DIR ||
    join(
      environment.LOCALAPPDATA || environment.XDG_CACHE_HOME || join(home(environment), '.cache'),
      'stile',
    )
  const names = Object.keys(environment)
    .filter((name) => variables.test(name))
    .sort()
  const facts = [argv, cwd, names.map((name) => [name, environment[name]])]
  const name = createHash('sha256').update(JSON.stringify(facts)).digest('hex')
  return join(base, 'answers', `${name}.json`)
}

/**
 * The text to print, or undefined where there is none, it is to be renewed, something it was made from has changed,
 * or anybody but its owner could have written it.
 */
function readAnswer(path, nowMs) {
  try {
    const { mode, uid } = statSync(path)
    if (process.getuid !== undefined && (uid !== process.getuid() || (mode & 0o077) !== 0)) return
    const { text, renewAtMs, inputs } = JSON.parse(readFileSync(path, 'utf8'))
    const isFresh = nowMs < renewAtMs && inputs.every(([input, stamp]) => stampOf(input) === stamp)
    return isFresh && typeof text === 'string' ? text : undefined
  } catch {
    return undefined
  }
}

/** Tells one state of a file from another; atomic replacement gives it another inode. */
function stampOf(path) {
  try {
    const { ino, size, mtimeMs } = statSync(path)
    return `${ino} ${size} ${mtimeMs}`
  } catch {
    return 'absent'
  }
}

module.exports = { answerPath, readAnswer, stampOf }
