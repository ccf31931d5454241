import { openEveryCache, sweepCache } from '../../session/index.ts'
import { type Command, commonOptions } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { createOutput } from '../output.ts'
import { renderUntil } from '../render-until.ts'

export const command: Command = {
  args: [],
  options: [commonOptions.json],
  examples: ['stile sessions'],
  details:
    'What is kept between runs, and until when it holds. Shows no secret; `stile forget` removes.',
  run: async ({ options }, context) => {
    const nowMs = context.nowMs()
    const cache = openEveryCache(context.environment)
    await sweepCache(cache, { environment: context.environment, nowMs })
    const kept = await cache.list()
    const live = kept
      .map(([, session]) => session)
      .filter(({ credentials }) => credentials.expiresAtMs > nowMs)
      .toSorted((a, b) => b.credentials.expiresAtMs - a.credentials.expiresAtMs)
    const output = createOutput(context, options)
    if (options.json === true) {
      const sessions = live.map(({ name, arn, credentials, issuedAtMs }) => ({
        name,
        arn,
        accessKeyId: credentials.accessKeyId,
        issuedAt: new Date(issuedAtMs).toISOString(),
        expiresAt: new Date(credentials.expiresAtMs).toISOString(),
      }))
      output.json({ version: 1, sessions })
      return exitCodes.done
    }
    if (live.length === 0) output.say('no session is kept')
    for (const { name, arn, credentials } of live) {
      output.print(output.paint('bold', name))
      if (arn !== name) output.print(`  ${arn}`)
      output.print(`  ${renderUntil(credentials.expiresAtMs, nowMs)}`)
    }
    return exitCodes.done
  },
}
