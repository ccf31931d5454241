import { expect, test } from 'vitest'
import {
  hostOfServerUrl,
  parseImageAddress,
  parseRegistryHost,
  registryHosts,
} from './registry-address.ts'

const id = '222222222222'

test.each([
  [`${id}.dkr.ecr.eu-west-1.amazonaws.com`, 'eu-west-1'],
  [`${id}.dkr.ecr.cn-north-1.amazonaws.com.cn`, 'cn-north-1'],
  [`${id}.dkr.ecr-fips.us-gov-west-1.amazonaws.com`, 'us-gov-west-1'],
  [`${id}.dkr-ecr.eu-west-1.on.aws`, 'eu-west-1'],
  [`${id}.dkr.ecr.eu-west-1.localhost:4566`, 'eu-west-1'],
])('%s is a registry', (host, region) => {
  expect(parseRegistryHost(host)).toEqual({ host, accountId: id, region })
})

test.each([
  'docker.io',
  `${id}.dkr.ecr.eu-west-1.amazonaws.com.evil.example`,
  `x${id}.dkr.ecr.eu-west-1.amazonaws.com`,
  '22222222222.dkr.ecr.eu-west-1.amazonaws.com',
])('%s is none', (host) => {
  expect(parseRegistryHost(host)).toBeUndefined()
})

test.each([
  [`${id}.dkr.ecr.eu-west-1.amazonaws.com/team/app:v1.2`, { repository: 'team/app', tag: 'v1.2' }],
  [`${id}.dkr.ecr.eu-west-1.amazonaws.com/app`, { repository: 'app' }],
  [`127.0.0.1:4566/${id}/eu-west-1/team/app:v1`, { repository: 'team/app', tag: 'v1' }],
])('%s is an image', (text, expected) => {
  expect(parseImageAddress(text)).toEqual({
    host: text.split('/')[0],
    accountId: id,
    region: 'eu-west-1',
    ...expected,
  })
})

test.each([
  'app',
  'docker.io/library/app',
  `${id}.dkr.ecr.eu-west-1.amazonaws.com/`,
  '127.0.0.1:4566/app',
])('%s is no image that Stile knows', (text) => {
  expect(parseImageAddress(text)).toBeUndefined()
})

test.each([
  ['https://r.example/v2/', 'r.example'],
  ['r.example:5000\n', 'r.example:5000'],
  ['http://127.0.0.1:4566', '127.0.0.1:4566'],
])('docker’s %j is %s', (serverUrl, host) => {
  expect(hostOfServerUrl(serverUrl)).toBe(host)
})

test.each([
  [undefined, 'eu-west-1', [`${id}.dkr.ecr.eu-west-1.amazonaws.com`]],
  [undefined, 'cn-north-1', [`${id}.dkr.ecr.cn-north-1.amazonaws.com.cn`]],
  [
    'https://vpce-1.api.ecr.eu-west-1.vpce.amazonaws.com',
    'eu-west-1',
    [`${id}.dkr.ecr.eu-west-1.amazonaws.com`],
  ],
  [
    'http://127.0.0.1:4566',
    'eu-west-1',
    [`${id}.dkr.ecr.eu-west-1.localhost:4566`, '127.0.0.1:4566'],
  ],
])('behind %s in %s: %j', (endpointUrl, region, hosts) => {
  expect(registryHosts({ accountId: id, region }, endpointUrl)).toEqual(hosts)
})
