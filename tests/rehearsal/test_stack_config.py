"""A stack's configuration is what the Pulumi CLI would hand to the program."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from airflow_ecs.rehearsal.declared import RehearsalError
from airflow_ecs.rehearsal.stack_config import load

# Written by Pulumi itself, with the passphrase "password".
SALT = "v1:fozI5u6B030=:v1:F+6ZduKKd8G0/V7L:PGMFeIzwobWRKmEAzUdaQHqC5mMRIQ=="


def encrypted(plain: str) -> str:
    key = hashlib.pbkdf2_hmac("sha256", b"password", b64decode("fozI5u6B030="), 1_000_000, 32)
    nonce = bytes(12)
    message = AESGCM(key).encrypt(nonce, plain.encode(), None)
    return f"v1:{b64encode(nonce).decode()}:{b64encode(message).decode()}"


@pytest.fixture(autouse=True)
def _no_passphrase(monkeypatch):
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE", raising=False)
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE_FILE", raising=False)


@pytest.mark.parametrize(
    ("written", "given"),
    [
        ("text", "text"),
        ('"512"', "512"),
        ("512", "512"),
        ("1_000", "1000"),
        ("1.0", "1"),
        ("1.50", "1.5"),
        ("1e3", "1000"),
        ("1e21", "1e+21"),
        ("0.0000001", "1e-7"),
        ("123456789012345680000", "123456789012345680000"),
        ("0x1F", "31"),
        ("0o17", "15"),
        ("017", "15"),
        ("08", "8"),
        ("-3", "-3"),
        ("true", "true"),
        ("yes", "yes"),
        ("on", "on"),
        ("12:30", "12:30"),
        ("1.2.3", "1.2.3"),
        ("10.0.0.0/16", "10.0.0.0/16"),
        ("2024-01-01", "2024-01-01 00:00:00 +0000 UTC"),
        ("2024-01-02T03:04:05.500Z", "2024-01-02 03:04:05.5 +0000 UTC"),
        ("2024-13-01", "2024-13-01"),
        ("'2024-01-01'", "2024-01-01"),
        ("~", "null"),
        ("{z: 1, a: [true, 1.0, 12:30, null]}", '{"a":[true,1,"12:30",null],"z":1}'),
        ("{1: x}", '{"1":"x"}'),
        ("{text: 'ä <&>'}", '{"text":"ä \\u003c\\u0026\\u003e"}'),
        ("[]", "[]"),
        ("|\n    two\n    lines", "two\nlines\n"),
    ],
)
def test_a_value_reaches_the_program_as_the_cli_writes_it(project, written, given):
    folder = project({"Pulumi.dev.yaml": f"config:\n  key: {written}\n"})
    assert load(folder, "dev").values == {"shop:key": given}


def test_keys_get_the_project_as_namespace_unless_they_have_one(project):
    folder = project({"Pulumi.dev.yaml": "config: {a: 1, aws:region: r, aws:config:profile: p}"})
    assert load(folder, "dev").values == {"shop:a": "1", "aws:region": "r", "aws:profile": "p"}


def test_anchors_and_merge_keys_are_followed(project):
    folder = project({"Pulumi.dev.yaml": "config: {a: &a {x: 1, y: 1}, b: {<<: *a, y: 2}}"})
    assert load(folder, "dev").values["shop:b"] == '{"x":1,"y":2}'


def test_an_empty_stack_file_is_a_stack_without_configuration(project):
    assert load(project({"Pulumi.dev.yaml": "# nothing yet\n"}), "dev").values == {}


DECLARED = """\
    name: shop
    runtime: {name: python}
    main: app
    config:
      size: {type: integer, default: 3}
      zones: {type: array, items: {type: string}, default: [a, b]}
      color: blue
      aws:region: {value: eu-west-1}
"""


def test_declared_defaults_hold_unless_the_stack_says_otherwise(project):
    folder = project({"Pulumi.yaml": DECLARED, "Pulumi.dev.yaml": "config: {size: 5}"})
    config = load(folder, "dev")
    assert config.values == {
        "shop:size": "5",
        "shop:zones": '["a","b"]',
        "shop:color": "blue",
        "aws:region": "eu-west-1",
    }
    assert config.program == folder / "app"


@pytest.mark.parametrize(
    ("declared", "value", "sentence"),
    [
        ("{type: integer}", "many", "'key' must be of type 'integer'; it is 'many'"),
        ("{type: integer}", "1.5", "must be of type 'integer'"),
        ("{type: boolean}", "yes", "must be of type 'boolean'"),
        ("{type: boolean}", "1", "must be of type 'boolean'"),
        ("{type: string}", "[a]", "must be of type 'string'"),
        ("{type: object}", "[a]", "must be of type 'object'"),
        ("{type: array, items: {type: string}}", "[a, 1]", "must be of type 'array<string>'"),
        ("{type: string, secret: true}", "plain", "must be encrypted as it's secret"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_in_the_clis_words(project, declared, value, sentence):
    yaml = f"name: shop\nruntime: python\nconfig: {{key: {declared}}}\n"
    folder = project({"Pulumi.yaml": yaml, "Pulumi.dev.yaml": f"config: {{key: {value}}}"})
    with pytest.raises(RehearsalError, match=sentence) as caught:
        load(folder, "dev")
    assert "Stack 'dev' with configuration key 'key'" in str(caught.value)


@pytest.mark.parametrize(
    ("declared", "value"),
    [
        ("{type: integer}", "1.0"),
        ("{type: integer}", "'7'"),
        ("{type: boolean}", "'true'"),
        ("{type: string}", "512"),
        ("{type: array, items: {type: array, items: {type: integer}}}", "[[1], [2, '3']]"),
        ("{description: untyped}", "[anything]"),
    ],
)
def test_what_the_cli_accepts_is_accepted(project, declared, value):
    yaml = f"name: shop\nruntime: python\nconfig: {{key: {declared}}}\n"
    folder = project({"Pulumi.yaml": yaml, "Pulumi.dev.yaml": f"config: {{key: {value}}}"})
    assert "shop:key" in load(folder, "dev").values


def test_required_keys_that_are_missing_are_named_together(project):
    yaml = "name: shop\nruntime: python\nconfig: {b: {type: string}, a: {type: string}}\n"
    with pytest.raises(RehearsalError, match="missing configuration values 'a', 'b'; add them"):
        load(project({"Pulumi.yaml": yaml}), "dev")


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ("{a: {type: array}}", 'say of what with "items'),
        ("{a: {type: number}}", "write one of string, integer"),
        ("{a: {type: integer, default: x}}", "not of type 'integer'"),
        ("{a: {default: 1, value: 2}}", "keep one of them"),
        ("{aws:region: {default: x}}", 'takes a "value" only'),
        ("{a:b:c:d: 1}", "too many colons"),
        ("[a]", "is not a map"),
    ],
)
def test_a_mistake_in_the_schema_is_a_sentence(project, config, sentence):
    folder = project({"Pulumi.yaml": f"name: shop\nruntime: python\nconfig: {config}\n"})
    with pytest.raises(RehearsalError, match=sentence):
        load(folder, "dev")


def test_a_missing_project_file_is_a_sentence(tmp_path):
    with pytest.raises(RehearsalError, match=r"there is no Pulumi\.yaml in it.*--project"):
        load(tmp_path, "dev")


def test_a_missing_stack_file_lists_the_stacks_there_are(project):
    folder = project({"Pulumi.prod.yaml": ""})
    with pytest.raises(RehearsalError, match="The stacks there are: dev, prod"):
        load(folder, "staging")


def test_stack_files_may_live_in_a_folder_of_their_own(project):
    yaml = "name: shop\nruntime: python\nstackConfigDir: stacks\n"
    folder = project({"Pulumi.yaml": yaml, "stacks/Pulumi.qa.yaml": "config: {a: 1}"})
    assert load(folder, "qa").values == {"shop:a": "1"}


def test_a_program_in_another_language_is_a_sentence(project):
    with pytest.raises(RehearsalError, match="runtime 'nodejs'; a rehearsal runs \"python\""):
        load(project({"Pulumi.yaml": "name: shop\nruntime: nodejs\n"}), "dev")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("config:\n  a: [1\n  b: 2\n", r"Pulumi\.dev\.yaml is not valid YAML at line 3"),
        ("config:\n  a: 1\n  a: 2\n", 'at line 3, column 3: the key "a" is there twice'),
        ("config: text\n", "config in .* is not a map"),
    ],
)
def test_broken_yaml_is_told_with_its_line(project, content, sentence):
    with pytest.raises(RehearsalError, match=sentence):
        load(project({"Pulumi.dev.yaml": content}), "dev")


@pytest.mark.slow
def test_secrets_are_opened_with_the_passphrase(project, monkeypatch):
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "password")
    stack = f"""\
        encryptionsalt: {SALT}
        config:
          plain: text
          password: {{secure: "{encrypted("s3cret")}"}}
          nested: {{a: [{{secure: "{encrypted("deep")}"}}, open]}}
    """
    config = load(project({"Pulumi.dev.yaml": stack}), "dev")
    assert config.values["shop:password"] == "s3cret"
    assert config.values["shop:nested"] == '{"a":["deep","open"]}'
    assert config.secret_keys == {"shop:password", "shop:nested"}
    assert config.notes == ()


@pytest.mark.slow
def test_the_passphrase_may_be_in_a_file(project, monkeypatch, tmp_path):
    (tmp_path / "phrase").write_text("password\n")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE_FILE", str(tmp_path / "phrase"))
    stack = f'encryptionsalt: {SALT}\nconfig: {{a: {{secure: "{encrypted("x")}"}}}}'
    assert load(project({"Pulumi.dev.yaml": stack}), "dev").values == {"shop:a": "x"}


@pytest.mark.slow
def test_a_wrong_passphrase_is_a_sentence(project, monkeypatch):
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "guess")
    stack = f'encryptionsalt: {SALT}\nconfig: {{a: {{secure: "{encrypted("x")}"}}}}'
    with pytest.raises(RehearsalError, match="does not open the stack's secrets"):
        load(project({"Pulumi.dev.yaml": stack}), "dev")


def test_without_a_passphrase_a_stand_in_is_told_and_stays_secret(project):
    stack = f'encryptionsalt: {SALT}\nconfig: {{a: {{secure: "{encrypted("x")}"}}}}'
    folder = project({"Pulumi.dev.yaml": stack})
    config = load(folder, "dev")
    assert config.values["shop:a"].startswith("stand-in-")
    assert config.values == load(folder, "dev").values
    assert config.secret_keys == {"shop:a"}
    assert config.notes == (
        "Made-up values stand in for the secrets shop:a: "
        "set PULUMI_CONFIG_PASSPHRASE to rehearse with the real ones.",
    )


def test_a_stand_in_is_not_taken_for_a_value_of_the_wrong_type(project):
    yaml = "name: shop\nruntime: python\nconfig: {n: {type: integer, secret: true}}\n"
    stack = f'encryptionsalt: {SALT}\nconfig: {{n: {{secure: "{encrypted("7")}"}}}}'
    folder = project({"Pulumi.yaml": yaml, "Pulumi.dev.yaml": stack})
    assert load(folder, "dev").secret_keys == {"shop:n"}


@pytest.mark.slow
def test_a_declared_secret_that_is_encrypted_is_checked_by_its_plain_text(project, monkeypatch):
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "password")
    yaml = "name: shop\nruntime: python\nconfig: {n: {type: integer, secret: true}}\n"
    stack = f'encryptionsalt: {SALT}\nconfig: {{n: {{secure: "{encrypted("many")}"}}}}'
    with pytest.raises(RehearsalError, match="must be of type 'integer'") as caught:
        load(project({"Pulumi.yaml": yaml, "Pulumi.dev.yaml": stack}), "dev")
    assert "many" not in str(caught.value)
