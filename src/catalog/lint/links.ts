const guide = 'https://docs.aws.amazon.com/IAM/latest/UserGuide'

/** AWS's pages that findings link to. */
export const links = {
  grammar: `${guide}/reference_policies_grammar.html`,
  version: `${guide}/reference_policies_elements_version.html`,
  statementId: `${guide}/reference_policies_elements_sid.html`,
  effect: `${guide}/reference_policies_elements_effect.html`,
  principal: `${guide}/reference_policies_elements_principal.html`,
  notPrincipal: `${guide}/reference_policies_elements_notprincipal.html`,
  action: `${guide}/reference_policies_elements_action.html`,
  notAction: `${guide}/reference_policies_elements_notaction.html`,
  resource: `${guide}/reference_policies_elements_resource.html`,
  notResource: `${guide}/reference_policies_elements_notresource.html`,
  condition: `${guide}/reference_policies_elements_condition.html`,
  operators: `${guide}/reference_policies_elements_condition_operators.html`,
  multivalued: `${guide}/reference_policies_condition-single-vs-multi-valued-context-keys.html`,
  globalKeys: `${guide}/reference_policies_condition-keys.html`,
  variables: `${guide}/reference_policies_variables.html`,
  quotas: `${guide}/reference_iam-quotas.html`,
  bestPractices: `${guide}/best-practices.html`,
  passRole: `${guide}/id_roles_use_passrole.html`,
  confusedDeputy: `${guide}/confused-deputy.html`,
  externalId: `${guide}/id_roles_common-scenarios_third-party.html`,
  oidc: `${guide}/id_roles_create_for-idp_oidc.html`,
  saml: `${guide}/id_roles_create_for-idp_saml.html`,
  mfa: `${guide}/id_credentials_mfa_configure-api-require.html`,
  uniqueIds: `${guide}/reference_identifiers.html`,
  evaluation: `${guide}/reference_policies_evaluation-logic.html`,
  permitRole: `${guide}/id_roles_use_permissions-to-switch.html`,
  createPolicy: 'https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html',
  arns: `${guide}/reference-arns.html`,
  serviceLinkedRoles: `${guide}/id_roles_create-service-linked-role.html`,
  dataPerimeter: `${guide}/access_policies_data-perimeters.html`,
  rcp: 'https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html',
  organizationQuotas:
    'https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html',
  actionsTable:
    'https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html',
  s3Resources:
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html',
} as const satisfies Readonly<Record<string, string>>
