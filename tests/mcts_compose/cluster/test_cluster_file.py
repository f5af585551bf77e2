"""The cluster file of README.md is one that ray accepts."""

import re
from pathlib import Path

import pytest
import yaml

README = Path(__file__).parents[3] / "README.md"

pytestmark = pytest.mark.slow


def test_ray_accepts_the_cluster_file():
    pytest.importorskip("ray")
    from ray.autoscaler._private.util import prepare_config, validate_config

    blocks = re.findall(r"```yaml\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    (config,) = (yaml.safe_load(block) for block in blocks if "cluster_name" in block)
    whole = prepare_config(config)
    validate_config(whole)
    (kind,) = whole["available_node_types"].values()
    assert kind["min_workers"] == kind["max_workers"] == len(config["provider"]["worker_ips"])
    # Without it the head does not know of the other machines, and starts nothing there.
    assert any("--autoscaling-config" in command for command in whole["head_start_ray_commands"])
