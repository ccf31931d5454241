import { type Command, commonOptions } from '../command.ts'
import { type Checkup, checkups } from '../doctor-checks.ts'
import { exitCodes } from '../exit-code.ts'
import { fitLine } from '../fit-line.ts'
import { createOutput, type Style } from '../output.ts'
import { chooseStsEndpoint } from '../sts-endpoint.ts'

const marks: Readonly<Record<Checkup['state'], { readonly mark: string; readonly style: Style }>> =
  {
    good: { mark: 'ok  ', style: 'good' },
    warning: { mark: 'hm  ', style: 'warning' },
    bad: { mark: 'bad ', style: 'bad' },
  }

export const command: Command = {
  args: [],
  options: [commonOptions.json, commonOptions.endpointUrl, commonOptions.region],
  examples: ['stile doctor'],
  details:
    'Looks at what stops people: the clock, the endpoint, credentials, profiles, the cache, the keychain, Node.js. Says what to do; exit 1 where something is bad.',
  run: async ({ options }, context) => {
    const { environment } = context
    const endpoint = await chooseStsEndpoint({ options, profile: undefined, environment })
    const output = createOutput(context, options)
    const found: (Checkup & { readonly about: string })[] = []
    for (const [about, check] of Object.entries(checkups)) {
      for (const checkup of await check({ context, endpoint })) {
        found.push({ about, ...checkup })
        if (options.json === true) continue
        const { mark, style } = marks[checkup.state]
        const line = fitLine(`    ${checkup.message}`, context.stdout.columns).slice(4)
        output.print(`${output.paint(style, mark)}${line}`)
        if (checkup.remedy !== undefined) output.print(`      ${checkup.remedy}`)
      }
    }
    if (options.json === true) output.json({ version: 1, checks: found })
    const isBad = found.some(({ state }) => state === 'bad')
    return isBad ? exitCodes.denied : exitCodes.done
  },
}
