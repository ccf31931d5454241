import type { Operation } from '../../operation.ts'
import { ServiceError } from '../../service-error.ts'
import type { IamCall } from './iam-operation.ts'
import { iamOperation } from './iam-operation.ts'
import type { OutboundIssuer } from './outbound-issuer.ts'
import { addOutboundIssuer, issuerUrl, outboundIssuersOf } from './outbound-issuer.ts'

/** AWS: an account that was switched off and on again has the issuer and the keys that it had. */
const enable = iamOperation<object, object>({
  name: 'EnableOutboundWebIdentityFederation',
  run(_input, call) {
    const known = outboundIssuersOf(call.store).get(call.accountId)
    if (known?.isEnabled === true) {
      const message = `Outbound identity federation is already enabled for account ${call.accountId}`
      throw new ServiceError('FeatureEnabled', message, { status: 409 })
    }
    const issuer =
      known === undefined ? addOutboundIssuer(call, call.accountId) : { ...known, isEnabled: true }
    outboundIssuersOf(call.store).set(call.accountId, issuer)
    return { IssuerIdentifier: issuerUrl(issuer) }
  },
})

const disable = iamOperation<object, object>({
  name: 'DisableOutboundWebIdentityFederation',
  run(_input, call) {
    const issuer = requireEnabled(call, 'already disabled')
    outboundIssuersOf(call.store).set(call.accountId, { ...issuer, isEnabled: false })
    return {}
  },
})

const getInfo = iamOperation<object, object>({
  name: 'GetOutboundWebIdentityFederationInfo',
  run(_input, call) {
    const issuer = requireEnabled(call, 'disabled')
    return { IssuerIdentifier: issuerUrl(issuer), JwtVendingEnabled: true }
  },
})

function requireEnabled(call: IamCall, state: string): OutboundIssuer {
  const issuer = outboundIssuersOf(call.store).get(call.accountId)
  if (issuer?.isEnabled === true) return issuer
  const message = `Outbound identity federation is ${state} for account ${call.accountId}`
  throw new ServiceError('FeatureDisabled', message, { status: 404 })
}

export const outboundFederationOperations: readonly Operation[] = [enable, disable, getInfo]
