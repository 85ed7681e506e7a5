"""The JSON Schema in a validator that knows nothing of this program."""

import copy
import json
import os
import re
import subprocess
from pathlib import Path

import jsonschema
import pytest
import yaml

CONFIGS = sorted((Path(__file__).parents[2] / "config").glob("*.yaml"))


class Loader(yaml.SafeLoader):
    """YAML 1.2, as editors read it: a date is a text, and yes is one."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":bool"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))


def program(*arguments):
    command = [os.environ["FLEETSYNTH_BIN"], "config", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def validator():
    schema = json.loads(program("--schema"))
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_every_preset_is_valid_as_written_and_in_full(validator, path):
    for text in (path.read_text(), program("--config", str(path))):
        validator.validate(yaml.load(text, Loader))


def changed(path, value):
    config = yaml.load(CONFIGS[0].with_name("config.yaml").read_text(), Loader)
    *above, key = path.split(".")
    section = config
    for name in above:
        section = section[name]
    if value is None:
        del section[key]
    else:
        section[key] = copy.deepcopy(value)
    return config


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("data_generation.num_server", 5),
        ("data_generation.num_servers", None),
        ("data_generation.num_servers", 0),
        ("data_generation.num_servers", "120"),
        ("data_generation.start_date", "yesterday"),
        ("data_generation.use_holidays", "yes"),
        ("data_generation.holiday_calendar", "us_bnak"),
        ("data_generation.metrics.cpu_p95.base_std", -1),
        ("data_generation.metrics.cpu_p95.base_men", 1),
        ("data_generation.metrics.cpu_p95.autocorrelation", 1),
        ("data_generation.metrics.cpu_p95.weekly_pattern_factor", [1, 1, 1]),
        ("data_generation.metrics.cpu_p95.eoq_months", [13]),
        ("data_generation.metrics.Disk", {}),
        ("data_generation.metrics", [{"base_mean": 1}]),
        ("data_generation.metadata.regions", {"north": -1}),
        ("data_generation.metadata.archetypes", {"web": {"metrics": {}}}),
        ("data_generation.realism.anomalies.stuck.rate", 1),
        ("data_generation.events", [{"name": "Release"}]),
        ("output.compression", "gzip"),
        ("output.decimals", 7),
        ("storage.use_s3", "maybe"),
        ("data_generation", None),
    ],
)
def test_a_wrong_configuration_is_not_valid(validator, path, value):
    assert not validator.is_valid(changed(path, value))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("data_generation.metrics.cpu_p95.weekly_pattern_factor", [1, 1, 1, 1, 1, 0.5, 0.5]),
        ("data_generation.metrics", [{"name": "gpu_p95", "base_mean": 40}]),
        ("data_generation.metadata.regions", ["north", "south"]),
        ("data_generation.metadata.archetypes", {"web": 0.5, "gpu": {"weight": 1, "metrics": {"cpu_p95": {"weekend": 1}}}}),
        ("output.decimals", 6),
        ("forecast", {"model": "prophet"}),
        ("storage", {}),
    ],
)
def test_every_way_of_writing_it_is_valid(validator, path, value):
    validator.validate(changed(path, value))
