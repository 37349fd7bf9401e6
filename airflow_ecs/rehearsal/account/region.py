"""One region of the emulated account: its clients, and the names it gives to things."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.account.emulated import EmulatedAccount

# The account that moto plays.
ACCOUNT_ID = "123456789012"

# Made up, and never a user's own: AWS itself would let nobody in with it.
ACCESS_KEY = "rehearsal"


class Region:
    """What a creator works with: `account` for what is shared, `client` for the rest."""

    def __init__(self, account: EmulatedAccount, name: str) -> None:
        self.account = account
        self.name = name
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        """The boto3 client of a service in this region; made once, since that costs most."""
        if service not in self._clients:
            self._clients[service] = self.account.connect(service, self.name)
        return self._clients[service]

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource of this account and region."""
        return f"arn:{self.partition}:{service}:{self.name}:{ACCOUNT_ID}:{resource}"

    @property
    def partition(self) -> str:
        """The partition that the region is in, such as `aws` or `aws-cn`."""
        return str(self.account.session.get_partition_for_region(self.name))

    @property
    def dns_suffix(self) -> str:
        """The domain of the partition's services."""
        return "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"
