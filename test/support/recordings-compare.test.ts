import { expect, test } from 'vitest'
import { compareSteps, differences } from './recordings-compare.ts'

const none = () => ({ at: 'step', bindings: new Map<string, string>() })

test.each([
  ['equal', { A: 'a', B: [1, true] }, { A: 'a', B: [1, true] }, []],
  ['missing', { A: 'a' }, {}, ['step.A: is missing']],
  ['surplus', {}, { A: [] }, ['step.A: [], not recorded']],
  ['undefined is absent', {}, { A: undefined }, []],
  ['order', [1, 2], [2, 1], ['step[0]: 2, not 1', 'step[1]: 1, not 2']],
  ['length', [1], [], ['step.length: 0 ([]), not 1']],
  ['type', '1', 1, ['step: 1, not "1"']],
  ['date', { At: '<datetime>' }, { At: new Date(0) }, []],
  ['no date', { At: 'datetime' }, { At: 'soon' }, ['step.At: "soon", not "datetime"']],
  ['any text', 'arn:<partition>:x', 'arn:aws:x', []],
  ['no text', 'arn:<partition>:x', 'arn::x', ['step: "arn::x", not "arn:<partition>:x"']],
  ['one placeholder', ['<id:1>', '<id:1>'], ['a', 'b'], ['step[1]: "b", not "<id:1>"']],
  ['two placeholders', ['<id:1>', '<id:2>'], ['a', 'a'], ['step[1]: "a", not "<id:2>"']],
  ['within text', ['<name:1>', '<name:1>-at-1'], ['ana', 'ana-at-1'], []],
  ['headers and ids', { HTTPHeaders: {} }, { RequestId: 'r' }, []],
])('%s', (...row) => {
  const [, wanted, found, expected] = row
  expect(differences(wanted, found, none())).toEqual(expected)
})

test('a place set apart must differ, and nothing else may', async () => {
  const recorded = { first: { List: [{ A: 'a' }] } }
  const steps = { first: async () => ({ List: [{ A: 'b' }] }) }
  const apart = { 'first.List[].A': 'why' }
  expect(await compareSteps({ recorded, steps })).toEqual(['first.List[0].A: "b", not "a"'])
  expect(await compareSteps({ recorded, steps, apart })).toEqual([])
  const same = { first: async () => recorded.first }
  expect(await compareSteps({ recorded, steps: same, apart })).toEqual([
    'first.List[].A: does not differ',
  ])
})
