/** A service of AWS that works in accounts by a role of its own. */
export interface LinkedService {
  /** `batch.amazonaws.com`: who may assume the role. */
  readonly principal: string
  readonly roleName: string
  /** The AWS managed policy under `/aws-service-role/` that the role has. */
  readonly policyName: string
  /** Whether an account may have several, told apart by a suffix. */
  readonly takesSuffix: boolean
}

/**
 * The services whose roles are known here: AWS publishes no list of names, and what is in this table was seen.
 * A test holds the policies to the catalog. The label is what stands before `.amazonaws.com`.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
 */
const rows: readonly (readonly [
  label: string,
  roleName: string,
  policyName: string,
  takesSuffix?: true,
])[] = [
  ['access-analyzer', 'AWSServiceRoleForAccessAnalyzer', 'AccessAnalyzerServiceRolePolicy'],
  [
    'accountdiscovery.ssm',
    'AWSServiceRoleForAmazonSSM_AccountDiscovery',
    'AWSSystemsManagerAccountDiscoveryServicePolicy',
  ],
  ['acm', 'AWSServiceRoleForCertificateManager', 'CertificateManagerServiceRolePolicy'],
  ['appmesh', 'AWSServiceRoleForAppMesh', 'AWSAppMeshServiceRolePolicy'],
  [
    'autoscaling-plans',
    'AWSServiceRoleForAutoScalingPlans_EC2AutoScaling',
    'AWSAutoScalingPlansEC2AutoScalingPolicy',
  ],
  ['autoscaling', 'AWSServiceRoleForAutoScaling', 'AutoScalingServiceRolePolicy', true],
  ['backup', 'AWSServiceRoleForBackup', 'AWSBackupServiceLinkedRolePolicyForBackup'],
  ['batch', 'AWSServiceRoleForBatch', 'BatchServiceRolePolicy'],
  [
    'cks.kms',
    'AWSServiceRoleForKeyManagementServiceCustomKeyStores',
    'AWSKeyManagementServiceCustomKeyStoresServiceRolePolicy',
  ],
  ['cloudtrail', 'AWSServiceRoleForCloudTrail', 'CloudTrailServiceRolePolicy'],
  [
    'codestar-notifications',
    'AWSServiceRoleForCodeStarNotifications',
    'AWSCodeStarNotificationsServiceRolePolicy',
  ],
  ['config', 'AWSServiceRoleForConfig', 'AWSConfigServiceRolePolicy'],
  ['connect', 'AWSServiceRoleForAmazonConnect', 'AmazonConnectServiceLinkedRolePolicy', true],
  ['dms-fleet-advisor', 'AWSServiceRoleForDMSFleetAdvisor', 'AWSDMSFleetAdvisorServiceRolePolicy'],
  ['dms', 'AWSServiceRoleForDMSServerless', 'AWSDMSServerlessServiceRolePolicy'],
  [
    'dynamodb.application-autoscaling',
    'AWSServiceRoleForApplicationAutoScaling_DynamoDBTable',
    'AWSApplicationAutoscalingDynamoDBTablePolicy',
  ],
  ['ec2-instance-connect', 'AWSServiceRoleForEc2InstanceConnect', 'Ec2InstanceConnectEndpoint'],
  [
    'ec2.application-autoscaling',
    'AWSServiceRoleForApplicationAutoScaling_EC2SpotFleetRequest',
    'AWSApplicationAutoscalingEC2SpotFleetRequestPolicy',
  ],
  ['ecr', 'AWSServiceRoleForECRTemplate', 'ECRTemplateServiceRolePolicy'],
  ['ecs', 'AWSServiceRoleForECS', 'AmazonECSServiceRolePolicy'],
  [
    'ecs.application-autoscaling',
    'AWSServiceRoleForApplicationAutoScaling_ECSService',
    'AWSApplicationAutoscalingECSServicePolicy',
  ],
  ['eks-connector', 'AWSServiceRoleForAmazonEKSConnector', 'AmazonEKSConnectorServiceRolePolicy'],
  ['eks-fargate', 'AWSServiceRoleForAmazonEKSForFargate', 'AmazonEKSForFargateServiceRolePolicy'],
  ['eks-nodegroup', 'AWSServiceRoleForAmazonEKSNodegroup', 'AWSServiceRoleForAmazonEKSNodegroup'],
  ['eks', 'AWSServiceRoleForAmazonEKS', 'AmazonEKSServiceRolePolicy'],
  ['elasticache', 'AWSServiceRoleForElastiCache', 'ElastiCacheServiceRolePolicy'],
  ['elasticbeanstalk', 'AWSServiceRoleForElasticBeanstalk', 'AWSElasticBeanstalkServiceRolePolicy'],
  [
    'elasticfilesystem',
    'AWSServiceRoleForAmazonElasticFileSystem',
    'AmazonElasticFileSystemServiceRolePolicy',
  ],
  [
    'elasticloadbalancing',
    'AWSServiceRoleForElasticLoadBalancing',
    'AWSElasticLoadBalancingServiceRolePolicy',
  ],
  [
    'email.cognito-idp',
    'AWSServiceRoleForAmazonCognitoIdpEmailService',
    'AmazonCognitoIdpEmailServiceRolePolicy',
  ],
  [
    'emr-containers',
    'AWSServiceRoleForAmazonEMRContainers',
    'AmazonEMRContainersServiceRolePolicy',
  ],
  ['emrwal', 'AWSServiceRoleForEMRWAL', 'EMRDescribeClusterPolicyForEMRWAL'],
  ['events', 'AWSServiceRoleForCloudWatchEvents', 'CloudWatchEventsServiceRolePolicy'],
  ['fis', 'AWSServiceRoleForFIS', 'AmazonFISServiceRolePolicy'],
  ['globalaccelerator', 'AWSServiceRoleForGlobalAccelerator', 'AWSGlobalAcceleratorSLRPolicy'],
  ['grafana', 'AWSServiceRoleForAmazonGrafana', 'AmazonGrafanaServiceLinkedRolePolicy'],
  ['guardduty', 'AWSServiceRoleForAmazonGuardDuty', 'AmazonGuardDutyServiceRolePolicy'],
  ['imagebuilder', 'AWSServiceRoleForImageBuilder', 'AWSServiceRoleForImageBuilder'],
  ['inspector2', 'AWSServiceRoleForAmazonInspector2', 'AmazonInspector2ServiceRolePolicy'],
  [
    'iotmanagedintegrations',
    'AWSServiceRoleForIoTManagedIntegrations',
    'AWSIoTManagedIntegrationsRolePolicy',
  ],
  ['kafka', 'AWSServiceRoleForKafka', 'KafkaServiceRolePolicy'],
  [
    'lambda.application-autoscaling',
    'AWSServiceRoleForApplicationAutoScaling_LambdaConcurrency',
    'AWSApplicationAutoscalingLambdaConcurrencyPolicy',
  ],
  ['lexv2', 'AWSServiceRoleForLexV2Bots', 'AmazonLexV2BotPolicy', true],
  ['logger.cloudfront', 'AWSServiceRoleForCloudFrontLogger', 'AWSCloudFrontLogger'],
  ['m2', 'AWSServiceRoleForAWSM2', 'AWSM2ServicePolicy'],
  ['macie', 'AWSServiceRoleForAmazonMacie', 'AmazonMacieServiceRolePolicy'],
  [
    'member.org.stacksets.cloudformation',
    'AWSServiceRoleForCloudFormationStackSetsOrgMember',
    'CloudFormationStackSetsOrgMemberServiceRolePolicy',
  ],
  ['mq', 'AWSServiceRoleForAmazonMQ', 'AmazonMQServiceRolePolicy'],
  [
    'mrk.kms',
    'AWSServiceRoleForKeyManagementServiceMultiRegionKeys',
    'AWSKeyManagementServiceMultiRegionKeysServiceRolePolicy',
  ],
  [
    'observability.aoss',
    'AWSServiceRoleForAmazonOpenSearchServerless',
    'AmazonOpenSearchServerlessServiceRolePolicy',
  ],
  [
    'opensearchservice',
    'AWSServiceRoleForAmazonOpenSearchService',
    'AmazonOpenSearchServiceRolePolicy',
  ],
  ['ops.apigateway', 'AWSServiceRoleForAPIGateway', 'APIGatewayServiceRolePolicy'],
  [
    'ops.emr-serverless',
    'AWSServiceRoleForAmazonEMRServerless',
    'AmazonEMRServerlessServiceRolePolicy',
  ],
  [
    'opsdatasync.ssm',
    'AWSServiceRoleForSystemsManagerOpsDataSync',
    'AWSSystemsManagerOpsDataSyncServiceRolePolicy',
  ],
  ['organizations', 'AWSServiceRoleForOrganizations', 'AWSOrganizationsServiceTrustPolicy'],
  [
    'pullthroughcache.ecr',
    'AWSServiceRoleForECRPullThroughCache',
    'AWSECRPullThroughCache_ServiceRolePolicy',
  ],
  ['rds', 'AWSServiceRoleForRDS', 'AmazonRDSServiceRolePolicy'],
  [
    'rds.application-autoscaling',
    'AWSServiceRoleForApplicationAutoScaling_RDSCluster',
    'AWSApplicationAutoscalingRDSClusterPolicy',
  ],
  ['redshift', 'AWSServiceRoleForRedshift', 'AmazonRedshiftServiceLinkedRolePolicy'],
  [
    'replication.cassandra',
    'AWSServiceRoleForKeyspacesReplication',
    'KeyspacesReplicationServiceRolePolicy',
  ],
  [
    'replication.dynamodb',
    'AWSServiceRoleForDynamoDBReplication',
    'DynamoDBReplicationServiceRolePolicy',
  ],
  ['replication.ecr', 'AWSServiceRoleForECRReplication', 'ECRReplicationServiceRolePolicy'],
  ['replicator.lambda', 'AWSServiceRoleForLambdaReplicator', 'AWSLambdaReplicator'],
  ['repository.sync.codeconnections', 'AWSServiceRoleForGitSync', 'AWSGitSyncServiceRolePolicy'],
  [
    'resource-explorer-2',
    'AWSServiceRoleForResourceExplorer',
    'AWSResourceExplorerServiceRolePolicy',
  ],
  ['rolesanywhere', 'AWSServiceRoleForRolesAnywhere', 'AWSRolesAnywhereServicePolicy'],
  ['securityhub', 'AWSServiceRoleForSecurityHub', 'AWSSecurityHubServiceRolePolicy'],
  ['ses', 'AWSServiceRoleForAmazonSES', 'AmazonSESServiceRolePolicy'],
  ['shield', 'AWSServiceRoleForAWSShield', 'AWSShieldServiceRolePolicy'],
  ['spot', 'AWSServiceRoleForEC2Spot', 'AWSEC2SpotServiceRolePolicy'],
  ['spotfleet', 'AWSServiceRoleForEC2SpotFleet', 'AWSEC2SpotFleetServiceRolePolicy'],
  ['ssm-incidents', 'AWSServiceRoleForIncidentManager', 'AWSIncidentManagerServiceRolePolicy'],
  ['ssm', 'AWSServiceRoleForAmazonSSM', 'AmazonSSMServiceRolePolicy'],
  ['sso', 'AWSServiceRoleForSSO', 'AWSSSOServiceRolePolicy'],
  [
    'stacksets.cloudformation',
    'AWSServiceRoleForCloudFormationStackSetsOrgAdmin',
    'CloudFormationStackSetsOrgAdminServiceRolePolicy',
  ],
  ['support', 'AWSServiceRoleForSupport', 'AWSSupportServiceRolePolicy'],
  ['transitgateway', 'AWSServiceRoleForVPCTransitGateway', 'AWSVPCTransitGatewayServiceRolePolicy'],
  ['trustedadvisor', 'AWSServiceRoleForTrustedAdvisor', 'AWSTrustedAdvisorServiceRolePolicy'],
  [
    'vpcorigin.cloudfront',
    'AWSServiceRoleForCloudFrontVPCOrigin',
    'AWSCloudFrontVPCOriginServiceRolePolicy',
  ],
  ['waf', 'AWSServiceRoleForWAFLogging', 'WAFLoggingServiceRolePolicy'],
  ['wafv2', 'AWSServiceRoleForWAFV2Logging', 'WAFV2LoggingServiceRolePolicy'],
]

export const linkedServices: ReadonlyMap<string, LinkedService> = new Map(
  rows.map(([label, roleName, policyName, takesSuffix]) => {
    const principal = `${label}.amazonaws.com`
    return [principal, { principal, roleName, policyName, takesSuffix: takesSuffix === true }]
  }),
)
