"""The wheel holds what the folders hold, and what is vendored is what was published."""

import base64
import hashlib
import subprocess
import sys
import tomllib
import venv
import zipfile
from itertools import chain
from pathlib import Path

import pytest
from places import ROOT
from slow_cases import slow

pytestmark = slow


def tracked(folder):
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout: the wheel is compared with the files that git knows")
    return {name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    target = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return next(target.glob("*.whl"))


def test_the_wheel_holds_every_template_every_static_file_and_every_module(wheel):
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    expected = tracked("annotator")
    expected |= {f"annotator/{name}" for name in tracked("templates") | tracked("static")}
    assert names == expected


def test_the_installed_wheel_serves_pages_and_keeps_its_data_outside(wheel, tmp_path):
    home = tmp_path / "installed"
    venv.create(home, with_pip=False, symlinks=True)
    site = next((home / "lib").glob("python*/site-packages"))
    zipfile.ZipFile(wheel).extractall(site)
    # The libraries come from this environment; the package itself only from the wheel.
    libraries = [path for path in sys.path if path.endswith("site-packages")]
    program = f"""
import sys
sys.path[1:1] = {[str(site)]!r}
sys.path.extend({libraries!r})
import annotator
assert annotator.__file__.startswith({str(site)!r}), annotator.__file__
from annotator.app import create_app
from annotator.config import Settings
from annotator.store import schema
settings = Settings.from_environ({{}})
schema.bring_up_to_date(settings.database_url)
client = create_app(settings).test_client()
assert "<h1>Sign in" in client.get("/sign-in").text
assert client.get("/static/app.css").status_code == 200
print(settings.data)
"""
    ran = subprocess.run(
        [str(home / "bin" / "python"), "-c", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert Path(ran.stdout.strip()) == tmp_path / "instance"


def test_vendored_files_are_the_published_ones():
    folder = ROOT / "static" / "vendor"
    listed = tomllib.loads((folder / "VENDORED.toml").read_text(encoding="utf-8"))["file"]
    for entry in listed:
        digest = hashlib.sha384((folder / entry["file"]).read_bytes()).digest()
        assert base64.b64encode(digest).decode() == entry["sha384"], entry["file"]
        assert (folder / entry["licence"]).exists()
    known = {entry["file"] for entry in listed} | {entry["licence"] for entry in listed}
    assert {path.name for path in folder.iterdir()} == known | {"VENDORED.toml"}


def test_constraints_pin_every_dependency_once_per_python():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all("==" in line for line in pins)
    named = {line.split("==")[0] for line in pins}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = chain.from_iterable(project["optional-dependencies"].values())
    for requirement in chain(project["dependencies"], extras):
        name = requirement.split(">")[0].split("=")[0].split("[")[0]
        assert name in named, f"{name} is not in constraints.txt; write it anew with .ci/lock"


def test_the_top_level_holds_what_the_design_says():
    wanted = {"pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", "constraints.txt"}
    wanted |= {"annotator", "templates", "static", "tests", "instance", ".gitignore", ".ci"}
    wanted |= {"docs", "CONTRIBUTING.md", "SECURITY.md"}
    assert {name.split("/")[0] for name in tracked(".")} == wanted


def test_the_source_package_holds_the_top_level():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = set(project["tool"]["hatch"]["build"]["targets"]["sdist"]["include"])
    tops = {name.split("/")[0] for name in tracked(".")}
    # Hatchling adds the first two by itself; data is nobody's to ship.
    assert included == tops - {"pyproject.toml", ".gitignore", "instance", ".ci"}
