"""Compiles exported C and x86-64 text with the system compiler, and calls the functions."""

import ctypes
import faulthandler
import os
import platform
import resource
import shutil
import signal
import subprocess

import pytest

from vm.assembly.export_interface import Interface, interface_of
from vm.assembly.program import Returns
from vm.values import Elem

needs_compiler = pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler (cc)")
needs_x86 = pytest.mark.skipif(
    shutil.which("cc") is None or platform.machine() not in ("x86_64", "AMD64") or os.name != "posix",
    reason="there is no x86-64 processor with a compiler (cc) here",
)
STRICT = ("-std=c99", "-pedantic-errors", "-O1")
MOST_WORDS = 1 << 16


def compiled(directory, sources, suffix, flags=STRICT):
    """Returns a library of several exports; they stand in one file, since each file takes its time."""
    path, target = directory / f"all{suffix}", directory / f"all{suffix}.so"
    path.write_text("\n".join(sources), encoding="utf-8")
    command = ["cc", *(flags if suffix == ".c" else ()), "-shared", "-fPIC", "-o", target, path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[:2000]
    return ctypes.CDLL(str(target))


def word_type(program):
    """The C type of a program's words."""
    width = program.instruction_set.width
    if program.instruction_set.addresses == 2:
        return ctypes.c_int64
    return ctypes.c_uint64 if width == 1 else getattr(ctypes, f"c_uint{width}")


def call(function, program, inputs):
    """Returns what an exported function gives; words as the C type has them."""
    word = word_type(program)
    if interface_of(program) is Interface.IN_PLACE:
        values = (word * len(inputs))(*inputs)
        function(values)
        return list(values)
    function.restype = {
        Returns.WORD: word,
        Returns.TRUTH: ctypes.c_bool,
        Returns.WORDS: None,
        Returns.MEMORY: ctypes.c_int64,
    }[program.returns]
    num_out = MOST_WORDS if program.returns is Returns.MEMORY else len(program.outputs)
    out = (word * num_out)()
    if interface_of(program) is Interface.ARRAYS:
        arguments = [(word * len(inputs))(*inputs), out]
    else:
        arguments = []
        for value, type_ in zip(inputs, program.input_types, strict=True):
            if type_.rank:
                arguments += [(word * len(value))(*value), ctypes.c_int64(len(value))]
            elif type_.elem is Elem.BOOL and program.instruction_set.width > 1:
                arguments.append(ctypes.c_bool(value))
            else:
                arguments.append(word(value))
        if program.returns in (Returns.WORDS, Returns.MEMORY):
            arguments.append(out)
    given = function(*arguments)
    if program.returns is Returns.MEMORY:
        return list(out[:given])
    return given if function.restype is not None else list(out)


def aborts(function, program, inputs):
    """Says whether a call ends its process by `abort`."""
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        faulthandler.disable()
        call(function, program, inputs)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGABRT
