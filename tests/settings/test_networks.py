"""References to networks: checked and hashed from their sources, without importing them."""

import subprocess
import sys
from pathlib import Path

import pytest

from emotions.runtime.errors import UserError
from emotions.settings.backbones import check_network, network_code

OWN = {
    "networks/__init__.py": "",
    "networks/net.py": "from networks import blocks\nraise RuntimeError\ndef Net(): pass",
    "networks/blocks.py": "import emotions.runtime.keras_types\nif True:\n    Net = Other = 1",
    "networks/unused.py": "def Net(): pass",
    "networks/broken.py": "def Net(:",
    "networks/half.py": "import networks.broken\ndef Net(): pass",
    "networks/relative.py": "from . import blocks\ndef Net(): pass",
    "networks/outside.py": "import beside\ndef Net(): pass",
    "networks/star.py": "from beside_nothing import *",
    "beside.py": "class Net: pass",
}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    for name, content in OWN.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def check(network):
    return check_network("backbones.Net.network", network, Path("networks"))


def test_an_installed_network_has_no_code_of_the_projects():
    assert check("keras.applications:VGG16") == check("keras.src.applications.vgg16:VGG16") == {}


def test_the_projects_own_network_has_the_code_that_it_imports():
    found = set(check("emotions.models.compact_cnn:CompactCNN"))
    assert {"emotions/models/compact_cnn.py", "emotions/runtime/keras_types.py"} <= found
    assert not any(path.startswith(("emotions/training/", "emotions/settings/")) for path in found)


def test_a_network_that_broke_since_it_was_planned_is_named(folder):
    (folder / "networks/blocks.py").write_text("def Net(:")
    with pytest.raises(UserError, match=r"the network networks.net:Net can't be read: .*blocks\.py, line 1"):
        network_code("networks.net:Net")


def test_a_network_in_the_folder_of_networks_is_hashed_and_not_run(folder):
    found = check("networks.net:Net")
    used = {"networks/__init__.py", "networks/net.py", "networks/blocks.py"}
    assert {path for path in found if path.startswith("networks/")} == used
    assert "emotions/runtime/keras_types.py" in found
    assert found == network_code("networks.net:Net")
    assert check("networks.blocks:Other") != found
    assert check("networks.star:Anything")
    (folder / "networks/blocks.py").write_text(OWN["networks/blocks.py"] + "  # remark")
    assert check("networks.net:Net") == found
    (folder / "networks/blocks.py").write_text(OWN["networks/blocks.py"].replace("1", "2"))
    assert {path for path, digest in check("networks.net:Net").items() if digest != found[path]} == {
        "networks/blocks.py"
    }


@pytest.mark.parametrize(
    ("network", "message"),
    [
        ("networks.nett:Net", r"there is no module networks\.nett; allowed: .*networks\.FILE"),
        ("no_such:Net", r"there is no module no_such; allowed: "),
        ("beside.inner:Net", r"there is no module beside\.inner; allowed: "),
        ("networks.net:Nets", r"networks\.net has no Nets; allowed: Net"),
        ("keras.applications:VGG61", r"keras\.applications has no VGG61; allowed: .*VGG16"),
        ("networks:Net", r"networks has no Net; allowed: nothing, as it is empty"),
        ("networks.broken:Net", r"broken\.py can't be read: .*line 1"),
        ("networks.half:Net", r"half\.py can't be read: .*broken\.py, line 1"),
        ("networks.relative:Net", r"relative\.py can't be read: .*line 1 imports from \."),
        ("beside:Net", r"runs beside\.py, whose changes DVC would miss; allowed: modules in networks/"),
        ("networks.outside:Net", r"runs beside\.py, whose changes DVC would miss; allowed: "),
    ],
)
def test_what_can_not_be_resolved_is_refused_in_words(network, message):
    with pytest.raises(UserError, match=rf"backbones\.Net\.network: {network} .*{message}"):
        check(network)


def test_a_plan_imports_neither_keras_nor_a_network():
    code = (
        "import sys; from pathlib import Path; from emotions.settings.backbones import check_network\n"
        "for one in 'keras.applications:VGG16', 'networks.net:Net':\n"
        "    check_network('k', one, Path('networks'))\n"
        "print({'keras', 'tensorflow', 'networks', 'networks.net'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "set()\n", done.stderr
