import { test } from 'vitest'
import { checkShare, timeoutMs } from './share.ts'

test(
  'the engine decides as the reference does, and allows nothing that is left open: share 2',
  () => checkShare(1),
  timeoutMs,
)
