"""Which function creates which type of resource: the whole of what the account knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.account import (
    aurora,
    awsx,
    codebuild,
    discovery,
    dns,
    docker,
    ecr,
    ecs,
    efs,
    elasticache,
    elb,
    events,
    iam,
    kms,
    lambda_,
    logs,
    randomness,
    rds,
    s3,
    secretsmanager,
    security_groups,
    ssm,
    vpc,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow_ecs.rehearsal.account.inputs import Inputs
    from airflow_ecs.rehearsal.account.region import Region
    from airflow_ecs.rehearsal.declared import Created


def _refuse_stack_reference(region: Region, inputs: Inputs) -> Any:
    raise inputs.refusal(
        "a rehearsal knows no other stack; give the values of "
        f"{inputs.take('name', inputs.logical_name)} in this stack's configuration."
    )


RESOURCES: dict[str, Callable[[Region, Inputs], Created]] = {
    "aws:acm/certificate:Certificate": dns.create_certificate,
    "aws:acm/certificateValidation:CertificateValidation": dns.create_certificate_validation,
    "aws:cloudwatch/logGroup:LogGroup": logs.create_log_group,
    "aws:codebuild/project:Project": codebuild.create_project,
    "aws:codebuild/webhook:Webhook": codebuild.create_webhook,
    "aws:ec2/eip:Eip": vpc.create_elastic_ip,
    "aws:ec2/internetGateway:InternetGateway": vpc.create_internet_gateway,
    "aws:ec2/natGateway:NatGateway": vpc.create_nat_gateway,
    "aws:ec2/route:Route": vpc.create_route,
    "aws:ec2/routeTable:RouteTable": vpc.create_route_table,
    "aws:ec2/routeTableAssociation:RouteTableAssociation": vpc.create_route_table_association,
    "aws:ec2/securityGroup:SecurityGroup": security_groups.create_security_group,
    "aws:ec2/subnet:Subnet": vpc.create_subnet,
    "aws:ec2/vpc:Vpc": vpc.create_vpc,
    "aws:ec2/vpcEndpoint:VpcEndpoint": vpc.create_vpc_endpoint,
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": ecr.create_lifecycle_policy,
    "aws:ecr/repository:Repository": ecr.create_repository,
    "aws:cloudwatch/eventRule:EventRule": events.create_event_rule,
    "aws:cloudwatch/eventTarget:EventTarget": events.create_event_target,
    "aws:ecs/cluster:Cluster": ecs.create_cluster,
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": (
        ecs.create_cluster_capacity_providers
    ),
    "aws:ecs/service:Service": ecs.create_service,
    "aws:ecs/taskDefinition:TaskDefinition": ecs.create_task_definition,
    "aws:efs/accessPoint:AccessPoint": efs.create_access_point,
    "aws:efs/fileSystem:FileSystem": efs.create_file_system,
    "aws:efs/fileSystemPolicy:FileSystemPolicy": efs.create_file_system_policy,
    "aws:efs/mountTarget:MountTarget": efs.create_mount_target,
    "aws:elasticache/parameterGroup:ParameterGroup": elasticache.create_parameter_group,
    "aws:elasticache/replicationGroup:ReplicationGroup": elasticache.create_replication_group,
    "aws:elasticache/subnetGroup:SubnetGroup": elasticache.create_subnet_group,
    "aws:iam/policy:Policy": iam.create_policy,
    "aws:iam/role:Role": iam.create_role,
    "aws:iam/rolePolicy:RolePolicy": iam.create_role_policy,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": iam.create_role_policy_attachment,
    "aws:kms/alias:Alias": kms.create_alias,
    "aws:kms/key:Key": kms.create_key,
    "aws:lambda/function:Function": lambda_.create_function,
    "aws:lambda/invocation:Invocation": lambda_.create_invocation,
    "aws:lambda/permission:Permission": lambda_.create_permission,
    "aws:lb/listener:Listener": elb.create_listener,
    "aws:lb/listenerRule:ListenerRule": elb.create_listener_rule,
    "aws:lb/loadBalancer:LoadBalancer": elb.create_load_balancer,
    "aws:lb/targetGroup:TargetGroup": elb.create_target_group,
    "aws:rds/cluster:Cluster": aurora.create_cluster,
    "aws:rds/clusterInstance:ClusterInstance": aurora.create_cluster_instance,
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": aurora.create_cluster_parameter_group,
    "aws:rds/instance:Instance": rds.create_instance,
    "aws:rds/parameterGroup:ParameterGroup": rds.create_parameter_group,
    "aws:rds/subnetGroup:SubnetGroup": rds.create_subnet_group,
    "aws:route53/record:Record": dns.create_record,
    "aws:route53/zone:Zone": dns.create_zone,
    "aws:s3/bucket:Bucket": s3.create_bucket,
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": s3.create_bucket_lifecycle,
    "aws:s3/bucketObjectv2:BucketObjectv2": s3.create_object,
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": s3.create_bucket_ownership_controls,
    "aws:s3/bucketPolicy:BucketPolicy": s3.create_bucket_policy,
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": s3.create_public_access_block,
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (
        s3.create_bucket_encryption
    ),
    "aws:s3/bucketVersioning:BucketVersioning": s3.create_bucket_versioning,
    "aws:secretsmanager/secret:Secret": secretsmanager.create_secret,
    "aws:secretsmanager/secretVersion:SecretVersion": secretsmanager.create_secret_version,
    "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": (
        discovery.create_private_dns_namespace
    ),
    "aws:servicediscovery/service:Service": discovery.create_discovery_service,
    "aws:ssm/parameter:Parameter": ssm.create_parameter,
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": security_groups.create_egress_rule,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": (
        security_groups.create_ingress_rule
    ),
    "awsx:ec2:Vpc": awsx.create_network,
    "docker:index/image:Image": docker.create_image,
    "pulumi:pulumi:StackReference": _refuse_stack_reference,
    "random:index/randomBytes:RandomBytes": randomness.create_bytes,
    "random:index/randomId:RandomId": randomness.create_id,
    "random:index/randomInteger:RandomInteger": randomness.create_integer,
    "random:index/randomPassword:RandomPassword": randomness.create_password,
    "random:index/randomPet:RandomPet": randomness.create_pet,
    "random:index/randomString:RandomString": randomness.create_string,
    "random:index/randomUuid:RandomUuid": randomness.create_uuid,
}
