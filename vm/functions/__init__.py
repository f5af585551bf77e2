"""Python functions that numba compiles, as bodies of skills."""

from vm.functions.function import PythonFunction, function_skill

__all__ = ["PythonFunction", "function_skill"]
