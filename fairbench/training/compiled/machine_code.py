"""The machine code of the loop: compiled once by numba, kept in a file, and run without numba.

To import numba and load a function from its own cache takes half a second, longer than many a job
trains. LLVM alone loads the same code in some hundredths.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import get_type_hints

import llvmlite.binding as llvm
import numpy as np

from fairbench.base.alone import one_at_a_time
from fairbench.store.tables import atomic_path
from fairbench.training.compiled.layout import Rows, Settings, Weights

_NAME = "fairbench_train_one"
_SOURCES = ("arithmetic.py", "kernel.py", "fused.py", "layout.py", "machine_code.py")
_SOURCES += ("../budget.py",)


class NotKept(Exception):
    """The code is not what this module can run without numba."""


#: Bytes of the checksum before the code: LLVM would end the process over a damaged file.
_CHECKSUM = 32


def train_one(
    rows: Rows, weights: Weights, settings: Settings, trace: np.ndarray, every: int
) -> None:
    """Train one model in place; see `fairbench.training.compiled.fused.train_one`.

    Other threads run meanwhile.
    """
    arrays = (*rows, *weights, trace)
    if any(array.dtype != np.float32 or not array.flags.c_contiguous for array in arrays):
        raise TypeError("the compiled loop takes contiguous arrays of single precision")
    loop = load()
    if loop is None:
        from fairbench.training.compiled import fused

        fused.train_one(rows, weights, settings, trace, every)
        return
    result, error = ctypes.c_void_p(), ctypes.c_void_p()
    given = _flat((rows, weights, settings, trace, every))
    loop(ctypes.byref(result), ctypes.byref(error), *given)


def _flat(value) -> Iterator:
    """Arguments one by one, as numba passes them: of an array its owner, sizes and address."""
    if isinstance(value, tuple):
        for part in value:
            yield from _flat(part)
    elif isinstance(value, np.ndarray):
        yield from (ctypes.c_void_p(), ctypes.c_void_p())
        yield from map(ctypes.c_int64, (value.size, value.itemsize))
        yield ctypes.c_void_p(value.ctypes.data)
        yield from map(ctypes.c_int64, (*value.shape, *value.strides))
    else:
        kinds = {bool: ctypes.c_bool, int: ctypes.c_int64, float: ctypes.c_double}
        yield kinds[type(value)](value)


@cache
def load():
    """The loop, compiled now if that was not done on this machine.

    None where this numba makes code that cannot be kept: then numba has to run it.
    """
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    file = _folder() / f"{_key()}.o"
    code = _kept(file) or _made(file)
    if code is None:
        return None
    machine = llvm.Target.from_default_triple().create_target_machine(jit=True)
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    loop = ctypes.CFUNCTYPE(ctypes.c_int32)(engine.get_function_address(_NAME))
    loop.engine = engine  # which holds the code
    return loop


def _made(file: Path) -> bytes | None:
    """The code, compiled here or by another job that began to do so just before."""
    with one_at_a_time(file.with_suffix(".lock")):
        if (code := _kept(file)) is not None:
            return code
        # By a process of its own: what numba imports is not what the models were made with.
        call = f"from {__name__} import keep; keep({str(file)!r})"
        subprocess.run([sys.executable, "-c", call], check=False)
        return _kept(file)


def keep(file: str) -> None:
    """Compile the loop and keep its code."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    code = _compiled()
    with atomic_path(file) as temporary:
        temporary.write_bytes(hashlib.sha256(code).digest() + code)


def _compiled() -> bytes:
    """The object file of what numba makes of the loop."""
    from numba import typeof
    from numba.core import codegen, config

    from fairbench.training.compiled import fused

    example = _example()
    kinds = tuple(map(typeof, example))
    fused.train_one.compile(kinds)
    module = llvm.parse_assembly(fused.train_one.inspect_llvm(kinds))
    loop = module.get_function(fused.train_one.overloads[kinds].fndesc.llvm_func_name)
    loop.name = _NAME
    _must_take(loop, example)
    features = config.CPU_FEATURES
    machine = llvm.Target.from_triple(module.triple).create_target_machine(
        cpu=config.CPU_NAME or llvm.get_host_cpu_name(),
        features=codegen.get_host_cpu_features() if features is None else features,
        opt=config.OPT,
        jit=True,
    )
    # Called for the last user of an array with an owner, which those of `_flat` have not.
    module.link_in(llvm.parse_assembly("define void @NRT_MemInfo_call_dtor(ptr %x) { ret void }"))
    _leave_out_the_rest(module, machine)
    return machine.emit_object(module)


def _example() -> tuple:
    """Arguments of the types that the loop has."""
    row, table = np.zeros(1, np.float32), np.zeros((1, 1), np.float32)
    return (
        Rows(table, row, row, table, row),
        Weights(row, row, row, table, row, row, row),
        Settings(*(kind() for kind in get_type_hints(Settings).values())),
        table,
        1,
    )


def _must_take(loop: llvm.ValueRef, example: tuple) -> None:
    """Refuse a numba that passes arguments in another way than `_flat` does."""
    words = {ctypes.c_void_p: "ptr", ctypes.c_int64: "i64", ctypes.c_double: "double"}
    words[ctypes.c_bool] = "i8"
    expected = ["ptr", "ptr", *(words[type(value)] for value in _flat(example))]
    found = [str(argument.type) for argument in loop.arguments]
    if found != expected:
        raise NotKept(f"this numba passes arguments as {found}, not as {expected}")


def _leave_out_the_rest(module: llvm.ModuleRef, machine: llvm.TargetMachine) -> None:
    """Drop all but the loop itself: what calls Python needs numba, which is not there later."""
    for function in module.functions:
        if not function.is_declaration and function.name != _NAME:
            function.linkage = "internal"
    passes = llvm.create_new_module_pass_manager()
    passes.add_global_dead_code_eliminate_pass()
    passes.run(module, llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options()))
    called = [function.name for function in module.functions if function.is_declaration]
    strange = [name for name in called if name.startswith(("NRT_", "numba_", "Py", "_Py"))]
    if strange:
        raise NotKept(f"the compiled loop cannot be kept: it calls {', '.join(strange)}")


def _folder() -> Path:
    if "NUMBA_CACHE_DIR" in os.environ:
        return Path(os.environ["NUMBA_CACHE_DIR"])
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fairbench"


def _key() -> str:
    """Checksum of the sources and of all else that decides what they are compiled to."""
    digest = hashlib.sha256()
    for name in _SOURCES:
        digest.update((Path(__file__).parent / name).read_bytes())
    said = sorted(item for item in os.environ.items() if item[0].startswith("NUMBA_"))
    machine = llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()
    decided = version("numba"), version("llvmlite"), machine, said
    digest.update(repr(decided).encode("utf-8"))
    return digest.hexdigest()[:16]


def _kept(file: Path) -> bytes | None:
    """The code in a file; None if there is none, or it is damaged."""
    try:
        content = file.read_bytes()
    except OSError:
        return None
    code = content[_CHECKSUM:]
    return code if hashlib.sha256(code).digest() == content[:_CHECKSUM] else None
