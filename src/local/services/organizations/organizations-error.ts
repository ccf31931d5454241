import { ServiceError } from '../../service-error.ts'

/** What AWS says with each exception that needs no more words. */
const messages = {
  AWSOrganizationsNotInUseException: 'Your account is not a member of an organization.',
  AccessDeniedException: "You don't have permissions to access this resource.",
  AccountAlreadyClosedException: 'The provided account is already closed.',
  AccountAlreadyRegisteredException:
    'The provided account is already a delegated administrator for your organization.',
  AccountNotFoundException: "You specified an account that doesn't exist.",
  AccountNotRegisteredException:
    'The provided account is not a registered delegated administrator for your organization.',
  AlreadyInOrganizationException: 'The provided account is already a member of an organization.',
  ChildNotFoundException: "You specified a child that doesn't exist.",
  CreateAccountStatusNotFoundException:
    "You specified a create account request that doesn't exist.",
  DestinationParentNotFoundException: "You specified a destination parent that doesn't exist.",
  DuplicateAccountException: 'The account is already present in the specified destination.',
  DuplicateHandshakeException: 'A handshake with the same action and target already exists.',
  DuplicateOrganizationalUnitException: 'An OU with the same name already exists.',
  DuplicatePolicyAttachmentException:
    'The specified policy is already attached to the specified target.',
  DuplicatePolicyException: 'A policy with the same name already exists.',
  HandshakeAlreadyInStateException: 'The handshake is already in the requested state.',
  HandshakeNotFoundException: "You specified a handshake that doesn't exist.",
  InvalidHandshakeTransitionException:
    "You can't perform the operation on the handshake in its current state.",
  MasterCannotLeaveOrganizationException:
    "You can't remove a management account from an organization.",
  OrganizationNotEmptyException:
    'To delete an organization you must first remove all member accounts (except the master).',
  OrganizationalUnitNotEmptyException: 'The specified OU is not empty.',
  OrganizationalUnitNotFoundException: "You specified an organizational unit that doesn't exist.",
  ParentNotFoundException: "You specified a parent that doesn't exist.",
  PolicyInUseException: 'This policy is attached to one or more entities.',
  PolicyNotAttachedException: 'This policy is not attached to the specified target.',
  PolicyNotFoundException: "You specified a policy that doesn't exist.",
  PolicyTypeAlreadyEnabledException: 'The specified policy type is already enabled.',
  PolicyTypeNotEnabledException: 'This operation can be performed only for enabled policy types.',
  RootNotFoundException: "You specified a root that doesn't exist.",
  SourceParentNotFoundException: "You specified a source parent that doesn't exist.",
  TargetNotFoundException: "You specified a target that doesn't exist.",
} as const

export function organizationsError(code: keyof typeof messages): ServiceError {
  return new ServiceError(code, messages[code])
}

/** A limit of AWS was reached. `Reason` is for programs. */
export function constraintViolation(reason: string, message: string): ServiceError {
  const details = { Reason: reason }
  return new ServiceError('ConstraintViolationException', message, { details })
}

export function invalidInput(reason: string, message: string): ServiceError {
  return new ServiceError('InvalidInputException', message, { details: { Reason: reason } })
}

export function handshakeViolation(reason: string, message: string): ServiceError {
  const details = { Reason: reason }
  return new ServiceError('HandshakeConstraintViolationException', message, { details })
}

/** What AWS says of a value that is none of those a member takes. */
export function invalidValue(): ServiceError {
  return invalidInput('INVALID_ENUM', 'You specified an invalid value.')
}
