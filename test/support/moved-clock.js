// For `node --import`: the program's time of day is ahead of the real one by the milliseconds in the file MOVED_CLOCK.
import { readFileSync } from 'node:fs'

const RealDate = globalThis.Date

globalThis.Date = class extends RealDate {
  constructor(...values) {
    if (values.length === 0) super(globalThis.Date.now())
    else super(...values)
  }

  static now() {
    return RealDate.now() + Number(readFileSync(process.env.MOVED_CLOCK, 'utf8'))
  }
}
