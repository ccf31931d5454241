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
 * A test holds the policies to the catalog.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
 */
const rows: readonly (readonly [
  principal: string,
  roleName: string,
  policyName: string,
  takesSuffix?: true,
])[] = [
  [
    'access-analyzer.amazonaws.com',
    'AWSServiceRoleForAccessAnalyzer',
    'AccessAnalyzerServiceRolePolicy',
  ],
  [
    'accountdiscovery.ssm.amazonaws.com',
    'AWSServiceRoleForAmazonSSM_AccountDiscovery',
    'AWSSystemsManagerAccountDiscoveryServicePolicy',
  ],
  [
    'acm.amazonaws.com',
    'AWSServiceRoleForCertificateManager',
    'CertificateManagerServiceRolePolicy',
  ],
  ['appmesh.amazonaws.com', 'AWSServiceRoleForAppMesh', 'AWSAppMeshServiceRolePolicy'],
  [
    'autoscaling-plans.amazonaws.com',
    'AWSServiceRoleForAutoScalingPlans_EC2AutoScaling',
    'AWSAutoScalingPlansEC2AutoScalingPolicy',
  ],
  [
    'autoscaling.amazonaws.com',
    'AWSServiceRoleForAutoScaling',
    'AutoScalingServiceRolePolicy',
    true,
  ],
  ['backup.amazonaws.com', 'AWSServiceRoleForBackup', 'AWSBackupServiceLinkedRolePolicyForBackup'],
  ['batch.amazonaws.com', 'AWSServiceRoleForBatch', 'BatchServiceRolePolicy'],
  [
    'cks.kms.amazonaws.com',
    'AWSServiceRoleForKeyManagementServiceCustomKeyStores',
    'AWSKeyManagementServiceCustomKeyStoresServiceRolePolicy',
  ],
  ['cloudtrail.amazonaws.com', 'AWSServiceRoleForCloudTrail', 'CloudTrailServiceRolePolicy'],
  [
    'codestar-notifications.amazonaws.com',
    'AWSServiceRoleForCodeStarNotifications',
    'AWSCodeStarNotificationsServiceRolePolicy',
  ],
  ['config.amazonaws.com', 'AWSServiceRoleForConfig', 'AWSConfigServiceRolePolicy'],
  [
    'connect.amazonaws.com',
    'AWSServiceRoleForAmazonConnect',
    'AmazonConnectServiceLinkedRolePolicy',
    true,
  ],
  [
    'dms-fleet-advisor.amazonaws.com',
    'AWSServiceRoleForDMSFleetAdvisor',
    'AWSDMSFleetAdvisorServiceRolePolicy',
  ],
  ['dms.amazonaws.com', 'AWSServiceRoleForDMSServerless', 'AWSDMSServerlessServiceRolePolicy'],
  [
    'dynamodb.application-autoscaling.amazonaws.com',
    'AWSServiceRoleForApplicationAutoScaling_DynamoDBTable',
    'AWSApplicationAutoscalingDynamoDBTablePolicy',
  ],
  [
    'ec2-instance-connect.amazonaws.com',
    'AWSServiceRoleForEc2InstanceConnect',
    'Ec2InstanceConnectEndpoint',
  ],
  [
    'ec2.application-autoscaling.amazonaws.com',
    'AWSServiceRoleForApplicationAutoScaling_EC2SpotFleetRequest',
    'AWSApplicationAutoscalingEC2SpotFleetRequestPolicy',
  ],
  ['ecs.amazonaws.com', 'AWSServiceRoleForECS', 'AmazonECSServiceRolePolicy'],
  [
    'ecs.application-autoscaling.amazonaws.com',
    'AWSServiceRoleForApplicationAutoScaling_ECSService',
    'AWSApplicationAutoscalingECSServicePolicy',
  ],
  [
    'eks-connector.amazonaws.com',
    'AWSServiceRoleForAmazonEKSConnector',
    'AmazonEKSConnectorServiceRolePolicy',
  ],
  [
    'eks-fargate.amazonaws.com',
    'AWSServiceRoleForAmazonEKSForFargate',
    'AmazonEKSForFargateServiceRolePolicy',
  ],
  [
    'eks-nodegroup.amazonaws.com',
    'AWSServiceRoleForAmazonEKSNodegroup',
    'AWSServiceRoleForAmazonEKSNodegroup',
  ],
  ['eks.amazonaws.com', 'AWSServiceRoleForAmazonEKS', 'AmazonEKSServiceRolePolicy'],
  ['elasticache.amazonaws.com', 'AWSServiceRoleForElastiCache', 'ElastiCacheServiceRolePolicy'],
  [
    'elasticbeanstalk.amazonaws.com',
    'AWSServiceRoleForElasticBeanstalk',
    'AWSElasticBeanstalkServiceRolePolicy',
  ],
  [
    'elasticfilesystem.amazonaws.com',
    'AWSServiceRoleForAmazonElasticFileSystem',
    'AmazonElasticFileSystemServiceRolePolicy',
  ],
  [
    'elasticloadbalancing.amazonaws.com',
    'AWSServiceRoleForElasticLoadBalancing',
    'AWSElasticLoadBalancingServiceRolePolicy',
  ],
  [
    'email.cognito-idp.amazonaws.com',
    'AWSServiceRoleForAmazonCognitoIdpEmailService',
    'AmazonCognitoIdpEmailServiceRolePolicy',
  ],
  [
    'emr-containers.amazonaws.com',
    'AWSServiceRoleForAmazonEMRContainers',
    'AmazonEMRContainersServiceRolePolicy',
  ],
  ['emrwal.amazonaws.com', 'AWSServiceRoleForEMRWAL', 'EMRDescribeClusterPolicyForEMRWAL'],
  [
    'events.amazonaws.com',
    'AWSServiceRoleForCloudWatchEvents',
    'CloudWatchEventsServiceRolePolicy',
  ],
  ['fis.amazonaws.com', 'AWSServiceRoleForFIS', 'AmazonFISServiceRolePolicy'],
  [
    'globalaccelerator.amazonaws.com',
    'AWSServiceRoleForGlobalAccelerator',
    'AWSGlobalAcceleratorSLRPolicy',
  ],
  [
    'grafana.amazonaws.com',
    'AWSServiceRoleForAmazonGrafana',
    'AmazonGrafanaServiceLinkedRolePolicy',
  ],
  [
    'guardduty.amazonaws.com',
    'AWSServiceRoleForAmazonGuardDuty',
    'AmazonGuardDutyServiceRolePolicy',
  ],
  ['imagebuilder.amazonaws.com', 'AWSServiceRoleForImageBuilder', 'AWSServiceRoleForImageBuilder'],
  [
    'inspector2.amazonaws.com',
    'AWSServiceRoleForAmazonInspector2',
    'AmazonInspector2ServiceRolePolicy',
  ],
  [
    'iotmanagedintegrations.amazonaws.com',
    'AWSServiceRoleForIoTManagedIntegrations',
    'AWSIoTManagedIntegrationsRolePolicy',
  ],
  ['kafka.amazonaws.com', 'AWSServiceRoleForKafka', 'KafkaServiceRolePolicy'],
  [
    'lambda.application-autoscaling.amazonaws.com',
    'AWSServiceRoleForApplicationAutoScaling_LambdaConcurrency',
    'AWSApplicationAutoscalingLambdaConcurrencyPolicy',
  ],
  ['lexv2.amazonaws.com', 'AWSServiceRoleForLexV2Bots', 'AmazonLexV2BotPolicy', true],
  ['logger.cloudfront.amazonaws.com', 'AWSServiceRoleForCloudFrontLogger', 'AWSCloudFrontLogger'],
  ['m2.amazonaws.com', 'AWSServiceRoleForAWSM2', 'AWSM2ServicePolicy'],
  ['macie.amazonaws.com', 'AWSServiceRoleForAmazonMacie', 'AmazonMacieServiceRolePolicy'],
  [
    'member.org.stacksets.cloudformation.amazonaws.com',
    'AWSServiceRoleForCloudFormationStackSetsOrgMember',
    'CloudFormationStackSetsOrgMemberServiceRolePolicy',
  ],
  ['mq.amazonaws.com', 'AWSServiceRoleForAmazonMQ', 'AmazonMQServiceRolePolicy'],
  [
    'mrk.kms.amazonaws.com',
    'AWSServiceRoleForKeyManagementServiceMultiRegionKeys',
    'AWSKeyManagementServiceMultiRegionKeysServiceRolePolicy',
  ],
  [
    'observability.aoss.amazonaws.com',
    'AWSServiceRoleForAmazonOpenSearchServerless',
    'AmazonOpenSearchServerlessServiceRolePolicy',
  ],
  [
    'opensearchservice.amazonaws.com',
    'AWSServiceRoleForAmazonOpenSearchService',
    'AmazonOpenSearchServiceRolePolicy',
  ],
  ['ops.apigateway.amazonaws.com', 'AWSServiceRoleForAPIGateway', 'APIGatewayServiceRolePolicy'],
  [
    'ops.emr-serverless.amazonaws.com',
    'AWSServiceRoleForAmazonEMRServerless',
    'AmazonEMRServerlessServiceRolePolicy',
  ],
  [
    'opsdatasync.ssm.amazonaws.com',
    'AWSServiceRoleForSystemsManagerOpsDataSync',
    'AWSSystemsManagerOpsDataSyncServiceRolePolicy',
  ],
  [
    'organizations.amazonaws.com',
    'AWSServiceRoleForOrganizations',
    'AWSOrganizationsServiceTrustPolicy',
  ],
  [
    'pullthroughcache.ecr.amazonaws.com',
    'AWSServiceRoleForECRPullThroughCache',
    'AWSECRPullThroughCache_ServiceRolePolicy',
  ],
  ['rds.amazonaws.com', 'AWSServiceRoleForRDS', 'AmazonRDSServiceRolePolicy'],
  [
    'rds.application-autoscaling.amazonaws.com',
    'AWSServiceRoleForApplicationAutoScaling_RDSCluster',
    'AWSApplicationAutoscalingRDSClusterPolicy',
  ],
  ['redshift.amazonaws.com', 'AWSServiceRoleForRedshift', 'AmazonRedshiftServiceLinkedRolePolicy'],
  [
    'replication.cassandra.amazonaws.com',
    'AWSServiceRoleForKeyspacesReplication',
    'KeyspacesReplicationServiceRolePolicy',
  ],
  [
    'replication.dynamodb.amazonaws.com',
    'AWSServiceRoleForDynamoDBReplication',
    'DynamoDBReplicationServiceRolePolicy',
  ],
  [
    'replication.ecr.amazonaws.com',
    'AWSServiceRoleForECRReplication',
    'ECRReplicationServiceRolePolicy',
  ],
  ['replicator.lambda.amazonaws.com', 'AWSServiceRoleForLambdaReplicator', 'AWSLambdaReplicator'],
  [
    'repository.sync.codeconnections.amazonaws.com',
    'AWSServiceRoleForGitSync',
    'AWSGitSyncServiceRolePolicy',
  ],
  [
    'resource-explorer-2.amazonaws.com',
    'AWSServiceRoleForResourceExplorer',
    'AWSResourceExplorerServiceRolePolicy',
  ],
  [
    'rolesanywhere.amazonaws.com',
    'AWSServiceRoleForRolesAnywhere',
    'AWSRolesAnywhereServicePolicy',
  ],
  ['securityhub.amazonaws.com', 'AWSServiceRoleForSecurityHub', 'AWSSecurityHubServiceRolePolicy'],
  ['ses.amazonaws.com', 'AWSServiceRoleForAmazonSES', 'AmazonSESServiceRolePolicy'],
  ['shield.amazonaws.com', 'AWSServiceRoleForAWSShield', 'AWSShieldServiceRolePolicy'],
  ['spot.amazonaws.com', 'AWSServiceRoleForEC2Spot', 'AWSEC2SpotServiceRolePolicy'],
  ['spotfleet.amazonaws.com', 'AWSServiceRoleForEC2SpotFleet', 'AWSEC2SpotFleetServiceRolePolicy'],
  ['ssm.amazonaws.com', 'AWSServiceRoleForAmazonSSM', 'AmazonSSMServiceRolePolicy'],
  ['sso.amazonaws.com', 'AWSServiceRoleForSSO', 'AWSSSOServiceRolePolicy'],
  [
    'stacksets.cloudformation.amazonaws.com',
    'AWSServiceRoleForCloudFormationStackSetsOrgAdmin',
    'CloudFormationStackSetsOrgAdminServiceRolePolicy',
  ],
  ['support.amazonaws.com', 'AWSServiceRoleForSupport', 'AWSSupportServiceRolePolicy'],
  [
    'transitgateway.amazonaws.com',
    'AWSServiceRoleForVPCTransitGateway',
    'AWSVPCTransitGatewayServiceRolePolicy',
  ],
  [
    'trustedadvisor.amazonaws.com',
    'AWSServiceRoleForTrustedAdvisor',
    'AWSTrustedAdvisorServiceRolePolicy',
  ],
  [
    'vpcorigin.cloudfront.amazonaws.com',
    'AWSServiceRoleForCloudFrontVPCOrigin',
    'AWSCloudFrontVPCOriginServiceRolePolicy',
  ],
  ['waf.amazonaws.com', 'AWSServiceRoleForWAFLogging', 'WAFLoggingServiceRolePolicy'],
  ['wafv2.amazonaws.com', 'AWSServiceRoleForWAFV2Logging', 'WAFV2LoggingServiceRolePolicy'],
]

export const linkedServices: ReadonlyMap<string, LinkedService> = new Map(
  rows.map(([principal, roleName, policyName, takesSuffix]) => [
    principal,
    { principal, roleName, policyName, takesSuffix: takesSuffix === true },
  ]),
)
