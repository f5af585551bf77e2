"""What may be imported: numba only when something runs, and by kernels only what their cache key covers."""

import ast
import subprocess
import sys

from vm import jit


def test_programs_are_parsed_and_shown_without_numba():
    code = (
        "import sys; from vm import Program; print(Program.parse('(x: int) -> int; return neg(x)'));"
        "assert 'numba' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=jit.VM_DIRECTORY.parent)


def test_kernels_import_only_files_that_their_cache_key_covers():
    covered = {file for file in jit.VM_DIRECTORY.rglob("*.py") if jit._decides_machine_code(file)}
    empty = {file for file in jit.VM_DIRECTORY.rglob("__init__.py") if "import" not in file.read_text()}
    for file in covered:
        for node in ast.walk(ast.parse(file.read_text())):
            if not (isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "vm"):
                continue
            path = jit.VM_DIRECTORY.parent.joinpath(*node.module.split("."))
            named = [path.with_suffix(".py")]
            if path.is_dir():
                named = [path / f"{alias.name}.py" for alias in node.names]
            for imported in named:
                assert imported in covered | empty, f"{file.name} imports {imported.name}"
