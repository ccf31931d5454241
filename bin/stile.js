#!/usr/bin/env node
// CommonJS, so that a cached credential can one day be answered before any ES module is loaded.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`stile needs Node.js 20.19 or later, this is ${process.versions.node}\n`)
  process.exitCode = 3
} else {
  // The AWS SDK's notice about Node.js 20 is for developers; docs/dependencies.md dates the move.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
  import('../dist/cli/main.js').then(
    ({ main }) => main(process.argv.slice(2)),
    (error) => {
      if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error
      process.stderr.write('stile is not built yet: run `npm run build` first\n')
      process.exitCode = 3
    },
  )
}
