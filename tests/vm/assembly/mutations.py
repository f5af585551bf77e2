"""Faults of the scalar machine that its fuzz must find; `python -m tests.vm.mutations` injects them."""

from __future__ import annotations

from tests.vm.mutation import Mutation

ASSEMBLY_MUTATIONS = (
    Mutation(
        "a logical shift keeps the sign",
        "assembly/alu.py",
        "return np.int64(np.uint64(a) >> np.uint64(b))",
        "return a >> b",
    ),
    Mutation(
        "an arithmetic shift does not see the sign",
        "assembly/alu.py",
        "return sign_extend(a, width) >> (np.int64(WORD_BITS - 1) if too_far else b)",
        "return a >> (np.int64(WORD_BITS - 1) if too_far else b)",
    ),
    Mutation(
        "unsigned division by zero gives zero",
        "assembly/alu.py",
        "return a if remainder else np.int64(-1)",
        "return a if remainder else np.int64(0)",
    ),
    Mutation(
        "a signed remainder has the sign of the divisor",
        "assembly/alu.py",
        "return negate(number) if x < 0 else number",
        "return negate(number) if y < 0 else number",
    ),
    Mutation(
        "min is max",
        "assembly/alu.py",
        "return a if sign_extend(a, width) < sign_extend(b, width) else b",
        "return b if sign_extend(a, width) < sign_extend(b, width) else a",
    ),
    Mutation(
        "ult is signed",
        "assembly/alu.py",
        "return np.uint64(a) < np.uint64(b)",
        "return sign_extend(a, width) < sign_extend(b, width)",
    ),
    Mutation(
        "results are not cut to the width",
        "assembly/alu.py",
        "    return truncate(word, width)",
        "    return word",
    ),
    Mutation(
        "andn negates the second word",
        "assembly/alu.py",
        "return ~a & b",
        "return a & ~b",
    ),
    Mutation(
        "equal words compare as greater",
        "assembly/alu.py",
        "return LESS if a < b else EQUAL if a == b else GREATER",
        "return LESS if a < b else GREATER",
    ),
    Mutation(
        "conditions hold before the first comparison",
        "assembly/lanes.py",
        "memory[cells + LINE], memory[cells + FLAGS], memory[cells + STACK_TOP] = 0, 0, MAX_STACK",
        "memory[cells + LINE], memory[cells + FLAGS], memory[cells + STACK_TOP] = 0, 2, MAX_STACK",
    ),
    Mutation(
        "a lane sees the stores of the one before",
        "assembly/lanes.py",
        "    for i in range(memory[cells + DATA_USED]):\n        memory[cells + DATA + i] = 0\n",
        "",
    ),
    Mutation(
        "a store does not mark its word as used",
        "assembly/interpreter.py",
        "memory[cells + DATA_USED] = max(memory[cells + DATA_USED], address + 1)",
        "memory[cells + DATA_USED] = max(memory[cells + DATA_USED], address)",
    ),
    Mutation(
        "the word behind the memory can be reached",
        "assembly/interpreter.py",
        "if np.uint64(address) >= np.uint64(memory[cells + DATA_WORDS]):",
        "if np.uint64(address) > np.uint64(memory[cells + DATA_WORDS]):",
    ),
    Mutation(
        "a call returns to itself",
        "assembly/interpreter.py",
        "fault = push(memory, cells, following)",
        "fault = push(memory, cells, line)",
    ),
    Mutation(
        "the stack is one word shorter",
        "assembly/interpreter.py",
        "    if top == 0:\n        return -STACK_OVERFLOW",
        "    if top == 1:\n        return -STACK_OVERFLOW",
    ),
    Mutation(
        "pop reads the word below",
        "assembly/interpreter.py",
        "return OK, memory[cells + STACK + top]",
        "return OK, memory[cells + STACK + min(top + 1, MAX_STACK - 1)]",
    ),
    Mutation(
        "a return on an empty stack is a fault",
        "assembly/interpreter.py",
        "        return num_lines\n",
        "        return np.int64(-STACK_UNDERFLOW)\n",
    ),
    Mutation(
        "a word that is no line can be returned to",
        "assembly/interpreter.py",
        "return line if 0 <= line <= num_lines else np.int64(-BAD_INDEX)",
        "return min(max(line, 0), num_lines)",
    ),
    Mutation(
        "subleq does not jump at zero",
        "assembly/interpreter.py",
        "following = code[at + Y] if word <= 0 else following",
        "following = code[at + Y] if word < 0 else following",
    ),
    Mutation(
        "jumps are free",
        "assembly/interpreter.py",
        "                following = code[np.uint64(at + TARGET)]\n",
        "                following = code[np.uint64(at + TARGET)]\n                fuel += 1\n",
    ),
    Mutation(
        "conditional moves always move",
        "assembly/interpreter.py",
        "    elif holds(opcode, flags):\n        memory",
        "    else:\n        memory",
    ),
    Mutation(
        "each lane has all the fuel",
        "assembly/lanes.py",
        "    memory[cells + LINE], memory[cells + FLAGS]",
        "    memory[cells + 3] = 1 << 40\n    memory[cells + LINE], memory[cells + FLAGS]",
    ),
    Mutation(
        "results are bounded on each lane only",
        "assembly/lanes.py",
        "out + size, capacity - size)",
        "out + size, capacity)",
    ),
    Mutation(
        "the second list begins where the first does",
        "assembly/lanes.py",
        "    memory[cells + REGISTERS + register] = used\n",
        "    memory[cells + REGISTERS + register] = 0\n",
    ),
    Mutation(
        "inputs are not cut to the width",
        "assembly/lanes.py",
        "= truncate(memory[address + lane], width)",
        "= memory[address + lane]",
    ),
    Mutation(
        "an offset is subtracted",
        "assembly/lowering.py",
        "put(isa.Y, at(address.offset))",
        "put(isa.Y, at(-address.offset))",
    ),
    Mutation(
        "three addresses are read as two",
        "assembly/lowering.py",
        "in_place = addresses == 2 and row.opcode != isa.MOV",
        "in_place = row.opcode != isa.MOV",
    ),
    Mutation(
        "the verifier takes unknown labels",
        "assembly/verifier.py",
        "and str(operand) not in labels:",
        "and str(operand) in ():",
    ),
    Mutation(
        "the verifier does not count operands",
        "assembly/verifier.py",
        "if not least <= len(line.operands) <= len(kinds):",
        "if not least <= len(line.operands):",
    ),
    Mutation(
        "the assembler forgets the sign of an offset",
        "assembly/assembler.py",
        "        word = -word if negative else word\n",
        "",
    ),
)
