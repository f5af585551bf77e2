import json
import subprocess
import sys
from pathlib import Path

import pytest

from mcts_compose.commands.main import main
from mcts_compose.library.library import Library
from tests.mcts_compose.library.shelf_of_three import files, make_three, names
from tests.mcts_compose.refusals import refused
from vm.table import BY_NAME


def run(capsys: pytest.CaptureFixture[str], *argv: object) -> tuple[int, str, str]:
    status = main(["library", *map(str, argv)])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_list_has_a_line_for_each_skill(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_three(tmp_path / "lib")
    status, out, err = run(capsys, "list", tmp_path / "lib")
    header, *lines = out.splitlines()
    assert (status, err) == (0, "") and header.split() == ["name", "signature", "gen", "calls", "doc"]
    assert [line.split()[0] for line in lines] == ["double", "double_all", "flip"]
    assert "(int -> int)" in lines[0] and "  1  " in lines[0] and lines[0].endswith("Doubles a number.")
    assert "double  Doubles each number." in lines[1]


def test_list_as_json_says_everything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    library = make_three(tmp_path / "lib")
    double, double_all, _ = json.loads(run(capsys, "list", tmp_path / "lib", "--json")[1])
    assert double["called_by"] == ["double_all"] and double["provenance"]["suite"] == "steps-v1"
    assert double_all["calls"] == {"double": library.entries[0].hash} == {"double": double["hash"]}


def test_show_prints_body_callers_and_provenance(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_three(tmp_path / "lib")
    status, out, _ = run(capsys, "show", tmp_path / "lib", "double")
    assert status == 0
    for wanted in (
        "double (int -> int)",
        "  v1 = add(x, x)",
        "called by     double_all",
        "suite         steps-v1",
    ):
        assert wanted in out
    facts = json.loads(run(capsys, "show", tmp_path / "lib", "flip", "--json")[1])
    assert facts["body"] == "x86 (a: int, b: int) -> (b, a)" and facts["called_by"] == []
    assert "did you mean 'double'" in refused(capsys, "library", "show", tmp_path / "lib", "duoble")


def test_verify_names_each_damage_and_repair_makes_it_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "lib"
    make_three(path)
    assert run(capsys, "verify", path) == (0, "sound: 3 whole\n", "")
    name = files(path)[0].name
    files(path)[0].write_bytes(b"{}\n")
    status, out, _ = run(capsys, "verify", path)
    assert status == 1 and f"skills/{name}: it does not end with a checksum\n" in out
    assert "double_all calls 'double', which is not there" in out
    assert out.endswith("damaged: 1 whole, 2 damaged or missing\n")
    assert "library verify" in run(capsys, "list", path)[2]
    status, out, _ = run(capsys, "repair", path)
    assert status == 0 and "moved to damaged/" in out
    status, out, _ = run(capsys, "verify", path)
    assert status == 0 and out.endswith("sound: 1 whole, 2 known to be lost\n")
    assert run(capsys, "list", path)[2] == ""
    assert run(capsys, "repair", path)[1] == "nothing is damaged\n"


def test_a_hostile_file_name_drives_no_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_three(tmp_path / "lib")
    (tmp_path / "lib" / "skills" / "a\x1b[31m\nb\u202e").write_bytes(b"")
    status, out, _ = run(capsys, "verify", tmp_path / "lib")
    assert status == 1 and len(out.splitlines()) == 2
    assert all(line.isprintable() for line in out.splitlines())


def test_export_and_import_say_what_they_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_three(tmp_path / "lib")
    out = tmp_path / "skills.jsonl"
    assert run(capsys, "export", tmp_path / "lib", "--out", out)[2] == f"wrote 3 skills to {out}\n"
    assert run(capsys, "import", tmp_path / "new", out)[2] == "added: double double_all flip\n"
    assert run(capsys, "import", tmp_path / "new", out)[2] == "added: nothing, all is there already\n"


@pytest.mark.parametrize("command", ["list", "show", "verify", "repair", "export"])
def test_no_library_is_one_sentence(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = {"show": ["x"], "export": ["--out", tmp_path / "out.jsonl"]}.get(command, [])
    for name in ("none", "x" * 5000):
        assert "no such directory" in refused(capsys, "library", command, tmp_path / name, *more)
    assert list(tmp_path.iterdir()) == []


def test_looking_at_a_library_imports_no_compiler_and_no_search(tmp_path: Path) -> None:
    make_three(tmp_path / "lib")
    code = (
        "import sys; from mcts_compose.commands.main import main;"
        f"main(['library', 'list', {str(tmp_path / 'lib')!r}]);"
        "print([name for name in ('numba', 'torch', 'mcts_compose.search.run') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_verify_names_a_skill_that_is_called_as_an_instruction_is_by_now(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "lib"
    make_three(path)
    monkeypatch.setitem(BY_NAME, "double", BY_NAME["add"])
    status, out, _ = run(capsys, "verify", path)
    assert status == 1
    assert f"skills/{files(path)[0].name}: double is an instruction of the machine; give the skill" in out
    assert out.endswith("damaged: 1 whole, 2 damaged or missing\n"), "flip is whole, double_all calls double"
    assert names(Library.open(path)) == ["flip"]
