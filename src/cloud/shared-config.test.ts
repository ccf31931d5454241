import { expect, test } from 'vitest'
import { chooseEndpoint, chooseRegion } from './endpoint.ts'
import { parseSections, type SharedConfig } from './shared-config.ts'

const text = [
  '\uFEFF# a comment',
  '[default]',
  'region = eu-west-1',
  '[ profile  dev ]',
  'endpoint_url=http://dev:1 ; why not',
  '; another',
  'services = local',
  '[services local]',
  'iam =',
  '  endpoint_url = http://dev-iam:2',
  's3 =',
  '  endpoint_url = http://dev-s3:3',
  '[profile dev]',
  'region = eu-central-1',
].join('\r\n')

test('sections, nested keys, comments and repeated sections are read', () => {
  expect(Object.fromEntries(parseSections(text))).toEqual({
    default: { region: 'eu-west-1' },
    'profile dev': {
      endpoint_url: 'http://dev:1',
      services: 'local',
      region: 'eu-central-1',
    },
    'services local': {
      iam: '',
      'iam.endpoint_url': 'http://dev-iam:2',
      s3: '',
      's3.endpoint_url': 'http://dev-s3:3',
    },
  })
})

const sections = parseSections(text)
const config: SharedConfig = {
  configPath: 'config',
  credentialsPath: 'credentials',
  hasProfile: () => true,
  profileSetting: (profile, key) => sections.get(`profile ${profile}`)?.[key],
  serviceEndpoint: (_, service) => sections.get('services local')?.[`${service}.endpoint_url`],
}
const ofService = { AWS_ENDPOINT_URL_IAM: 'http://env-iam' }
const general = { AWS_ENDPOINT_URL: 'http://env' }

test.each([
  {
    from: 'the command line',
    more: { endpointUrl: 'http://cli' },
    environment: { ...ofService, ...general },
    expected: 'http://cli',
  },
  {
    from: "the environment's own for the service",
    environment: { ...ofService, ...general },
    expected: 'http://env-iam',
  },
  { from: "the environment's general one", environment: general, expected: 'http://env' },
  { from: "the profile's own for the service", environment: {}, expected: 'http://dev-iam:2' },
  {
    from: "the profile's general one",
    more: { service: 'sts' },
    environment: {},
    expected: 'http://dev:1',
  },
  {
    from: 'nowhere else where that is to be ignored',
    environment: { ...general, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
    expected: undefined,
  },
] as const)('calls go to $from', ({ environment, expected, ...row }) => {
  const more = 'more' in row ? row.more : {}
  const question = { service: 'iam', profile: 'dev', ...more } as const
  expect(chooseEndpoint(question, environment, config)).toBe(expected)
})

const inEnvironment = { AWS_REGION: 'ap-south-1' }

test.each([
  { wanted: 'us-west-2', environment: inEnvironment, profile: 'dev', expected: 'us-west-2' },
  { wanted: undefined, environment: inEnvironment, profile: 'dev', expected: 'ap-south-1' },
  { wanted: undefined, environment: {}, profile: 'dev', expected: 'eu-central-1' },
  { wanted: undefined, environment: {}, profile: 'other', expected: 'us-gov-west-1' },
])('the region is $expected', ({ wanted, environment, profile, expected }) => {
  const question = { profile, partition: 'aws-us-gov', wanted } as const
  expect(chooseRegion(question, environment, config)).toBe(expected)
})
