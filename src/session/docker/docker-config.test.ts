import { expect, test } from 'vitest'
import { editDockerConfig } from './docker-config.ts'

const host = '222222222222.dkr.ecr.eu-west-1.amazonaws.com'
const add = { add: [host], remove: [] }

test.each([
  ['nothing', '', `{\n\t"credHelpers": {\n\t\t"${host}": "stile"\n\t}\n}\n`],
  [
    'other settings, in their order and form',
    '{\n  "auths": {\n    "docker.io": {}\n  },\n  "credHelpers": {\n    "gcr.io": "gcloud"\n  },\n  "credsStore": "desktop"\n}',
    `{\n  "auths": {\n    "docker.io": {}\n  },\n  "credHelpers": {\n    "gcr.io": "gcloud",\n    "${host}": "stile"\n  },\n  "credsStore": "desktop"\n}`,
  ],
])('a helper beside %s', (_what, text, expected) => {
  const edit = editDockerConfig(text, add)
  expect(edit.text).toBe(expected)
  expect(editDockerConfig(edit.text, add).text).toBe(expected)
})

test('removing gives back what was there', () => {
  const text = '{\n\t"auths": {}\n}\n'
  const edit = editDockerConfig(editDockerConfig(text, add).text, { add: [], remove: [host] })
  expect(edit.text).toBe(text)
})

test('another helper is not removed, and said when it is replaced', () => {
  const text = `{"credHelpers":{"${host}":"ecr-login"}}`
  const kept = editDockerConfig(text, { add: [], remove: [host] })
  expect(JSON.parse(kept.text)).toEqual(JSON.parse(text))
  expect(editDockerConfig(text, add).replaced).toEqual([host])
})

test('a password that stays in the file is said', () => {
  const text = JSON.stringify({ auths: { [host]: { auth: 'QVdTOng=' }, other: { auth: 'x' } } })
  expect(editDockerConfig(text, add).withPassword).toEqual([host])
})

test.each(['[]', '{', '"x"', '{"credHelpers":[]}', '{"auths":1}'])('%s is left alone', (text) => {
  expect(() => editDockerConfig(text, add)).toThrow('mend it first')
})
