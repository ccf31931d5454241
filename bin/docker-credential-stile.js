#!/usr/bin/env node
// `stile docker-credential` by the name under which Docker looks for its helpers.
process.argv.splice(2, 0, 'docker-credential')
require('./stile.js')
