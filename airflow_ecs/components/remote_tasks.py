"""Where DAG code runs tasks of its own: roles, log, and the document that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from airflow_ecs import capacity, policies
from airflow_ecs.components.account import Account
from airflow_ecs.components.logs import LogGroup
from airflow_ecs.naming import Naming
from airflow_ecs.remote.placement import SECRETS, VALUES, Placement
from airflow_ecs.taskdef import LOG_PREFIX
