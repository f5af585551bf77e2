"""The machine: values, instructions, programs, execution."""

from vm.isa import Instruction, Status
from vm.limits import Limits
from vm.literals import format_value
from vm.program import Apply, Bind, Constant, Fault, Program, ProgramError
from vm.skill import INSTRUCTIONS_ONLY, Skill, SkillTable
from vm.table import BY_NAME, INSTRUCTIONS, TABLE_HASH
from vm.values import BadValueError, Batch, Elem, HostValue, ValueType, decode, encode, equal, parse_type

__all__ = [
    "BY_NAME",
    "INSTRUCTIONS",
    "INSTRUCTIONS_ONLY",
    "TABLE_HASH",
    "Apply",
    "BadValueError",
    "Batch",
    "Bind",
    "Constant",
    "Elem",
    "Fault",
    "HostValue",
    "Instruction",
    "Limits",
    "Program",
    "ProgramError",
    "Skill",
    "SkillTable",
    "Status",
    "ValueType",
    "decode",
    "encode",
    "equal",
    "format_value",
    "parse_type",
]
