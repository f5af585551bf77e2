"""Compiles kernels: to parts that their callers link, and to native functions that callers find by symbol.

Numba by itself optimises each kernel again in each of its callers and makes machine code and a Python wrapper
for every one. Here a kernel's intermediate code stays as numba lowers it, and what is linked from it is
optimised once, as a whole, where it is run. Numba is imported with this module.
"""

from __future__ import annotations

import ctypes
import hashlib
import inspect
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeAlias

import llvmlite.binding as llvm
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils, compiler, sigutils
from numba.core.callconv import RETCODE_NONE, RETCODE_OK
from numba.core.codegen import JITCodeLibrary, get_host_cpu_features
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import cpu_target
from numba.core.typing import signature
from numba.core.typing.ctypes_utils import to_ctypes
from numba.extending import intrinsic
from numba.np.arrayobj import populate_array
from numba.np.numpy_support import as_dtype
from numpy.typing import NDArray

OPTIMISATION = 3
Types: TypeAlias = tuple[tuple[Any, ...], Any]
"""Numba's types of a function's arguments and of its result."""


class Part(JITCodeLibrary):  # type: ignore[misc]
    """The intermediate code of one kernel, which others link; it is neither optimised nor run by itself."""

    def add_llvm_module(self, ll_module: Any) -> None:
        """Takes a module as it is."""
        ll_module.data_layout = self._codegen._data_layout
        self._final_module.link_in(ll_module)

    def finalize(self) -> None:
        """Lets several callers that one program links bring the same code."""
        for function in self._final_module.functions:
            if not function.is_declaration:
                function.linkage = "linkonce_odr"
        self._finalized = True

    def closure(self) -> list[Any]:
        """Returns this library and all that it needs, each once."""
        found: dict[Any, None] = {}
        waiting = [self]
        while waiting:
            library = waiting.pop()
            if library not in found:
                found[library] = None
                if isinstance(library, Part):
                    waiting.extend(library._linking_libraries)
        return list(found)

    def _get_module_for_linking(self) -> Any:
        self._ensure_finalized()
        whole = self._final_module.clone()
        for library in self.closure()[1:]:
            library._ensure_finalized()
            needed = library._final_module if isinstance(library, Part) else library._get_module_for_linking()
            whole.link_in(needed, preserve=True)
        return whole


def _flags(options: dict[str, Any]) -> Any:
    flags = compiler.Flags()
    alone = {"nopython": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    cpu_target.options.parse_as_flags(flags, {**options, **alone})
    flags.no_compile = True
    return flags


def compile_part(
    function: Callable[..., Any], arguments: tuple[Any, ...], result: Any, options: dict[str, Any]
) -> Any:
    """Returns what numba makes of a kernel for these types, in a `Part`; result None is to be inferred."""
    library = Part(cpu_target.target_context.codegen(), function.__qualname__)
    return compiler.compile_extra(
        cpu_target.typing_context, cpu_target.target_context, function, arguments, result, _flags(options),
        {}, library=library,
    )  # fmt: skip


def _numba_type(call: Callable[..., Any], like: Callable[..., Any]) -> Any:
    """Returns the type under which compiled code calls `call`, an intrinsic with the parameters of `like`."""
    context = inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = inspect.signature(like).parameters.values()
    call.__signature__ = inspect.Signature([context, *parameters])  # type: ignore[attr-defined]
    known = intrinsic(call)
    cpu_target.typing_context.refresh()
    return cpu_target.typing_context.resolve_value_type(known)


def _call(
    context: Any, builder: Any, function: Any, result: Any, arguments: Sequence[Any], values: Sequence[Any]
) -> Any:
    """Emits a call, and the way out of the caller if it fails; returns what the call gives.

    Numba's own way sets the places for result and error to zero whenever the caller starts, for every call
    that it might make: with the hundred calls of vm/dispatch.py that cost 30 ns each time (perf).
    """
    convention = context.call_conv
    result_type, error_type = (parameter.pointee for parameter in function.function_type.args[:2])
    with builder.goto_entry_block():
        returned, error = builder.alloca(result_type), builder.alloca(error_type)
    passed = context.get_arg_packer(arguments).as_arguments(builder, values)
    code = builder.call(function, [returned, error, *passed])
    status = convention._get_return_status(builder, code, builder.load(error))
    with cgutils.if_unlikely(builder, status.is_error):
        convention.return_status_propagate(builder, status)
    return context.get_returned_value(builder, result, builder.load(returned))


def part_type(function: Callable[..., Any], options: dict[str, Any]) -> Any:
    """Returns the numba type of a kernel: calls link its part, compiled once for each kind of arguments."""

    @cache
    def compiled(arguments: tuple[Any, ...]) -> Any:
        return compile_part(function, arguments, None, options)

    def call(context: Any, *arguments: Any) -> Any:
        # Constants have their base type: else each constant argument would compile one more version.
        plain = tuple(types.unliteral(argument) for argument in arguments)
        result = compiled(plain)

        def lower(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            context.active_code_library.add_linking_library(result.library)
            target = context.declare_function(builder.module, result.fndesc)
            return _call(context, builder, target, result.signature.return_type, plain, values)

        return signature(result.signature.return_type, *plain), lower

    return _numba_type(call, function)


def view_type(like: Callable[..., Any]) -> Any:
    """Returns the numba type of `vm.jit.window` or `vm.jit.table`, by the number of its parameters."""
    is_window = len(inspect.signature(like).parameters) == 3

    def call(context: Any, words: Any, *sizes: Any) -> Any:
        plain = (words, *[types.int64] * len(sizes))
        result = words if is_window else words.copy(ndim=2)

        def lower(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            array, size = context.make_array(words)(context, builder, values[0]), values[-1]
            word = context.get_constant(
                types.intp, context.get_abi_sizeof(context.get_data_type(words.dtype))
            )
            view = context.make_array(result)(context, builder)
            if is_window:
                data, shape, strides = builder.gep(array.data, [values[1]]), [size], [word]
            else:
                data, shape = array.data, [builder.udiv(array.nitems, size), size]
                strides = [builder.mul(size, word), word]
            populate_array(view, data, shape, strides, word, meminfo=None)
            return view._getvalue()

        return signature(result, *plain), lower

    return _numba_type(call, like)


def parse_signature(text: str) -> Types:
    """Returns argument types and result type."""
    arguments, result = sigutils.normalize_signature(text)
    return arguments, result


def _flat(arguments: Sequence[Any]) -> list[Any]:
    """Returns the types that cross the border of a native function: arrays go as pointer and size."""
    flat: list[Any] = []
    for type_ in arguments:
        if isinstance(type_, types.Array):
            flat += [types.CPointer(type_.dtype), types.int64]
        else:
            flat.append(type_)
    return flat


def native_type(symbol: str, function: Callable[..., Any], types_: Types) -> Any:
    """Returns the numba type of a native function: calls go to its symbol, and nothing is linked."""
    arguments, result = types_
    flat = _flat(arguments)

    def call(context: Any, *_: Any) -> Any:
        def lower(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            passed = []
            for type_, value in zip(arguments, values, strict=True):
                if isinstance(type_, types.Array):
                    array = context.make_array(type_)(context, builder, value)
                    passed += [array.data, array.nitems]
                else:
                    passed.append(value)
            entry = context.call_conv.get_function_type(result, flat)
            target = cgutils.get_or_insert_function(builder.module, entry, symbol)
            return _call(context, builder, target, result, flat, passed)

        return signature(result, *arguments), lower

    return _numba_type(call, function)


def know_words(symbol: str, words: NDArray[np.int64]) -> None:
    """Makes an array that lives as long as the process known to compiled code."""
    llvm.add_symbol(symbol, words.ctypes.data)


def table_type(symbol: str) -> Any:
    """Returns the numba type of a table of words that compiled code finds by its symbol."""

    def like(place: int) -> None:
        """Has the parameters of a read."""

    def read(context: Any, place: Any) -> Any:
        def lower(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            known = builder.module.globals.get(symbol)
            table = known or ir.GlobalVariable(builder.module, ir.IntType(64), symbol)
            return builder.load(builder.gep(table, values))

        return signature(types.int64, types.int64), lower

    return _numba_type(read, like)


def entry_call_type(like: Callable[..., Any]) -> Any:
    """Returns the numba type of a call of a function's entry (vm/functions/entry.py) by its address.

    Args:
      like: has the parameters: the address, memory, and three words; and what it gives if the entry fails.
    """
    words = (types.CPointer(types.int64), types.int64, types.int64, types.int64)

    def call(context: Any, *_: Any) -> Any:
        def lower(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            address, memory, record, out, room, failed = values
            convention = context.call_conv
            kind = convention.get_function_type(types.int64, words)
            result_type, error_type = (parameter.pointee for parameter in kind.args[:2])
            with builder.goto_entry_block():
                returned, error = builder.alloca(result_type), builder.alloca(error_type)
            data = context.make_array(signature.args[1])(context, builder, memory).data
            entry = builder.inttoptr(address, kind.as_pointer())
            code = builder.call(entry, [returned, error, data, record, out, room])
            is_fine = builder.icmp_signed("==", code, RETCODE_OK)
            return builder.select(is_fine, builder.load(returned), failed)

        memory = types.Array(types.int64, 1, "C")
        return signature(types.int64, types.int64, memory, *(types.int64,) * 4), lower

    return _numba_type(call, like)


def _entry(part: Part, symbol: str, compiled: Any, arguments: tuple[Any, ...]) -> Any:
    """Returns a module with the function of that symbol, which makes arrays of pointers and sizes."""
    context = cpu_target.target_context
    convention, result, flat = context.call_conv, compiled.signature.return_type, _flat(arguments)
    module = part.create_ir_module(symbol)
    function = ir.Function(module, convention.get_function_type(result, flat), symbol)
    builder = ir.IRBuilder(function.append_basic_block("entry"))
    packer = context.get_arg_packer(flat)
    given = iter(packer.from_arguments(builder, convention.get_arguments(function)))
    values = []
    for type_ in arguments:
        if not isinstance(type_, types.Array):
            values.append(next(given))
            continue
        data, size = next(given), next(given)
        array = context.make_array(type_)(context, builder)
        word = context.get_constant(types.intp, context.get_abi_sizeof(context.get_data_type(type_.dtype)))
        # Constants here let the optimiser drop numba's checks of strides and sizes.
        populate_array(array, data, [size], [word], word, meminfo=None)
        values.append(array._getvalue())
    with context.push_code_library(part):
        part.add_linking_library(compiled.library)
        returned = context.call_internal(builder, compiled.fndesc, compiled.signature, values)
    convention.return_value(builder, context.get_return_value(builder, result, returned))
    return module


@cache
def machine_name() -> str:
    """Returns a hash of what this machine can run: cached machine code is for one kind of machine."""
    described = f"{llvm.get_process_triple()} {llvm.get_host_cpu_name()} {get_host_cpu_features()}"
    return hashlib.blake2b(described.encode(), digest_size=6).hexdigest()


def _machine() -> Any:
    """Returns a description of this machine for the code generator; an engine becomes its owner."""
    # Numba's code generator, once it is there, has set up LLVM and made known what compiled code may call.
    cpu_target.target_context.codegen()
    target = llvm.Target.from_default_triple()
    return target.create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=get_host_cpu_features(), opt=OPTIMISATION,
        reloc="static" if target.name.startswith("x86") else "default", codemodel="jitdefault", jit=True,
    )  # fmt: skip


def _optimise(module: Any, machine: Any) -> None:
    """Optimises a whole program; of loops, since the values are short, only simple ones become SIMD."""
    options = llvm.create_pipeline_tuning_options(speed_level=OPTIMISATION)
    options.loop_vectorization = True
    options.slp_vectorization = False
    builder = llvm.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)


@global_compiler_lock  # type: ignore[untyped-decorator]
def machine_code(symbol: str, function: Callable[..., Any], types_: Types, options: dict[str, Any]) -> bytes:
    """Compiles a native function; returns an object file that shows its symbol alone."""
    arguments, result = types_
    compiled = compile_part(function, arguments, result, options)
    part = Part(cpu_target.target_context.codegen(), symbol)
    part.add_ir_module(_entry(part, symbol, compiled, arguments))
    whole = part._get_module_for_linking()
    for called in whole.functions:
        # What nobody else can call may lose parameters, checks that cannot fail, and itself.
        if not called.is_declaration:
            called.linkage = "external" if called.name == symbol else "internal"
    machine = _machine()
    _optimise(whole, machine)
    return bytes(machine.emit_object(whole))


@cache
def _engine() -> Any:
    """Returns what loads machine code into this process."""
    return llvm.create_mcjit_compiler(llvm.parse_assembly(""), _machine())


def load(symbol: str, code: bytes) -> None:
    """Loads machine code and makes its symbol known to all compiled code; what it calls must be known."""
    engine = _engine()
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    llvm.add_symbol(symbol, engine.get_function_address(symbol))


def python_call(symbol: str, types_: Types) -> Callable[..., Any]:
    """Returns what calls a loaded native function from Python, at the price of some microseconds."""
    arguments, result = types_
    kinds = [
        ctypes.c_void_p if isinstance(type_, types.CPointer) else to_ctypes(type_)
        for type_ in _flat(arguments)
    ]
    kind = ctypes.c_void_p if result is types.void else to_ctypes(result)
    border = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.POINTER(kind), ctypes.c_void_p, *kinds)
    function = border(llvm.address_of_symbol(symbol))
    dtypes = [as_dtype(type_.dtype) if isinstance(type_, types.Array) else None for type_ in arguments]

    def call(*given: Any) -> Any:
        passed: list[Any] = []
        for dtype, value in zip(dtypes, given, strict=True):
            if dtype is None:
                passed.append(int(value))
                continue
            if value.dtype != dtype or not value.flags.c_contiguous:
                raise TypeError(f"{symbol} needs {dtype}, not an array of {value.dtype}")
            passed += [value.ctypes.data, value.size]
        returned, error = kind(), ctypes.c_void_p()
        if function(returned, ctypes.byref(error), *passed) not in (
            RETCODE_OK.constant,
            RETCODE_NONE.constant,
        ):
            raise RuntimeError(f"{symbol} has failed; call it from a kernel to see how")
        return None if result is types.void else returned.value

    return call
