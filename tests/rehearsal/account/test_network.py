from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from airflow_ecs.rehearsal.declared import RehearsalError

from .conftest import ARN, REGION

if TYPE_CHECKING:
    from .conftest import Workbench


def test_a_new_security_group_calls_nobody(bench: Workbench) -> None:
    vpc = bench.create("aws:ec2/vpc:Vpc", "v", cidrBlock="10.1.0.0/16").id

    group = bench.create("aws:ec2/securityGroup:SecurityGroup", "g", vpcId=vpc)

    found = bench.client("ec2").describe_security_groups(GroupIds=[group.id])["SecurityGroups"][0]
    assert found["IpPermissionsEgress"] == []
    assert found["GroupName"].startswith("g-")
    assert found["Description"] == "Managed by Pulumi"
    assert group.outputs["arn"] == ARN.format("ec2", f"security-group/{group.id}")


def test_inline_rules_are_those_of_the_group(bench: Workbench) -> None:
    vpc = bench.create("aws:ec2/vpc:Vpc", "v", cidrBlock="10.1.0.0/16").id
    ports = {"protocol": "tcp", "fromPort": 80, "toPort": 80}

    group = bench.create(
        "aws:ec2/securityGroup:SecurityGroup",
        "g",
        vpcId=vpc,
        ingress=[{**ports, "self": True}, {**ports, "cidrBlocks": ["10.0.0.0/8"]}],
        egress=[{"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["0.0.0.0/0"]}],
    ).id

    found = bench.client("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
    pairs = [pair["GroupId"] for one in found["IpPermissions"] for pair in one["UserIdGroupPairs"]]
    assert pairs == [group]
    assert found["IpPermissionsEgress"][0]["IpRanges"][0]["CidrIp"] == "0.0.0.0/0"


def test_rules_of_their_own_have_ids_and_tags(bench: Workbench) -> None:
    vpc = bench.create("aws:ec2/vpc:Vpc", "v", cidrBlock="10.1.0.0/16").id
    group = bench.create("aws:ec2/securityGroup:SecurityGroup", "g", vpcId=vpc).id
    ports = {"ipProtocol": "tcp", "fromPort": 80, "toPort": 81, "securityGroupId": group}

    ingress = bench.create(
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "in",
        **ports,
        referencedSecurityGroupId=group,
        description="from itself",
        tags={"a": "b"},
    )
    bench.create(
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "out",
        **ports,
        cidrIpv4="10.0.0.0/8",
    )

    rules = bench.client("ec2").describe_security_group_rules(
        Filters=[{"Name": "group-id", "Values": [group]}]
    )["SecurityGroupRules"]
    assert {rule["IsEgress"] for rule in rules} == {True, False}
    found = next(rule for rule in rules if not rule["IsEgress"])
    assert found["SecurityGroupRuleId"] == ingress.id
    assert found["ReferencedGroupInfo"]["GroupId"] == group
    assert (found["FromPort"], found["ToPort"]) == (80, 81)
    assert found["Tags"] == [{"Key": "a", "Value": "b"}]


def test_a_rule_from_a_group_that_is_not_there_is_refused(bench: Workbench) -> None:
    vpc = bench.create("aws:ec2/vpc:Vpc", "v", cidrBlock="10.1.0.0/16").id
    group = bench.create("aws:ec2/securityGroup:SecurityGroup", "g", vpcId=vpc).id

    with pytest.raises(RehearsalError, match=r"AWS refuses it: .*sg-00000000000000000"):
        bench.create(
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
            "in",
            securityGroupId=group,
            referencedSecurityGroupId="sg-00000000000000000",
            ipProtocol="tcp",
            fromPort=80,
            toPort=80,
        )


def test_a_network_made_by_hand_routes_as_it_says(bench: Workbench) -> None:
    vpc = bench.create("aws:ec2/vpc:Vpc", "v", cidrBlock="10.1.0.0/16").id
    subnet = bench.create(
        "aws:ec2/subnet:Subnet",
        "s",
        vpcId=vpc,
        cidrBlock="10.1.0.0/24",
        availabilityZone=f"{REGION}a",
        mapPublicIpOnLaunch=True,
    )
    gateway = bench.create("aws:ec2/internetGateway:InternetGateway", "i", vpcId=vpc).id
    address = bench.create("aws:ec2/eip:Eip", "e", domain="vpc")
    nat = bench.create(
        "aws:ec2/natGateway:NatGateway", "n", allocationId=address.id, subnetId=subnet.id
    )
    table = bench.create(
        "aws:ec2/routeTable:RouteTable",
        "t",
        vpcId=vpc,
        routes=[{"cidrBlock": "0.0.0.0/0", "gatewayId": gateway}],
    ).id
    bench.create(
        "aws:ec2/route:Route",
        "r",
        routeTableId=table,
        destinationCidrBlock="192.168.0.0/16",
        natGatewayId=nat.id,
    )
    bench.create(
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        "a",
        routeTableId=table,
        subnetId=subnet.id,
    )

    found = bench.client("ec2").describe_route_tables(RouteTableIds=[table])["RouteTables"][0]
    routes = {one["DestinationCidrBlock"]: one for one in found["Routes"]}
    assert routes["0.0.0.0/0"]["GatewayId"] == gateway
    assert routes["192.168.0.0/16"]["NatGatewayId"] == nat.id
    assert found["Associations"][0]["SubnetId"] == subnet.id
    assert subnet.outputs["availabilityZone"] == f"{REGION}a"
    assert bench.account.invoke("aws:ec2/getSubnet:getSubnet", {"id": subnet.id})[
        "mapPublicIpOnLaunch"
    ]


@pytest.mark.parametrize(
    ("inputs", "nats", "private_route"),
    [
        ({}, 2, True),
        ({"natGateways": {"strategy": "Single"}}, 1, True),
        ({"natGateways": {"strategy": "None"}}, 0, False),
    ],
)
def test_crosswalk_makes_a_whole_network(
    bench: Workbench, inputs: dict[str, Any], nats: int, private_route: bool
) -> None:
    outputs = bench.create(
        "awsx:ec2:Vpc", "net", numberOfAvailabilityZones=2, enableDnsHostnames=True, **inputs
    ).outputs

    ec2 = bench.client("ec2")
    of_vpc = [{"Name": "vpc-id", "Values": [outputs["vpcId"]]}]
    subnets = {one["SubnetId"]: one for one in ec2.describe_subnets(Filters=of_vpc)["Subnets"]}
    private = [subnets[one] for one in outputs["privateSubnetIds"]]
    public = [subnets[one] for one in outputs["publicSubnetIds"]]
    assert [one["AvailabilityZone"] for one in private] == [f"{REGION}a", f"{REGION}b"]
    assert [one["CidrBlock"] for one in private] == ["10.0.0.0/18", "10.0.128.0/18"]
    assert [one["CidrBlock"] for one in public] == ["10.0.64.0/19", "10.0.192.0/19"]
    assert len(ec2.describe_nat_gateways(Filter=of_vpc)["NatGateways"]) == nats
    for subnet in outputs["privateSubnetIds"]:
        associated = [{"Name": "association.subnet-id", "Values": [subnet]}]
        routes = ec2.describe_route_tables(Filters=associated)["RouteTables"][0]["Routes"]
        assert any("NatGatewayId" in route for route in routes) is private_route


def test_the_children_of_crosswalk_are_known_by_reference(bench: Workbench) -> None:
    outputs = bench.create("awsx:ec2:Vpc", "net", numberOfAvailabilityZones=2).outputs

    reference = outputs["routeTables"][0]
    found = bench.account.invoke("pulumi:pulumi:getResource", {"urn": reference["urn"]})

    assert found["id"] == reference["id"]
    assert found["state"]["vpcId"] == outputs["vpcId"]
    assert reference["urn"].endswith("$aws:ec2/routeTable:RouteTable::net-public-1")


def test_more_zones_than_there_are_is_refused(bench: Workbench) -> None:
    with pytest.raises(RehearsalError, match="numberOfAvailabilityZones is 9, and eu-central-1"):
        bench.create("awsx:ec2:Vpc", "net", numberOfAvailabilityZones=9)


def test_an_endpoint_needs_dns_names_in_its_network(bench: Workbench) -> None:
    vpc = bench.create("aws:ec2/vpc:Vpc", "v", cidrBlock="10.1.0.0/16").id

    with pytest.raises(RehearsalError, match="turn on enableDnsHostnames of the VPC"):
        bench.create(
            "aws:ec2/vpcEndpoint:VpcEndpoint",
            "logs",
            vpcId=vpc,
            serviceName=f"com.amazonaws.{REGION}.logs",
            vpcEndpointType="Interface",
            privateDnsEnabled=True,
        )


def test_a_gateway_endpoint_is_in_the_route_tables(bench: Workbench) -> None:
    outputs = bench.network("net")
    tables = [reference["id"] for reference in outputs["routeTables"]]

    endpoint = bench.create(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        "s3",
        vpcId=outputs["vpcId"],
        serviceName=f"com.amazonaws.{REGION}.s3",
        vpcEndpointType="Gateway",
        routeTableIds=tables,
    )

    found = bench.client("ec2").describe_vpc_endpoints(VpcEndpointIds=[endpoint.id])
    assert found["VpcEndpoints"][0]["RouteTableIds"] == tables
    assert endpoint.outputs["prefixListId"].startswith("pl-")
