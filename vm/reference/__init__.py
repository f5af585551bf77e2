"""The plain-Python twin of the machine: the oracle of the tests, and the definition of every edge.

A value on one lane is a plain *form*: an int within 64 bits, a float, a bool, a character (a `str` of one), a
list of those (also for text), or a list of lists of equal length. `to_form` and `from_form` go between host
values (where text is a `str`) and forms. A form is never modified.

    apply_instruction(name, args, param_types)   the result's form on one lane; raises `ReferenceFault`
    form_words(form)                             its words, for fuel and memory
    forms_agree(left, right)                     bit for bit, but any NaN agrees with any NaN

Lifting (rank 0 broadcast, unequal lengths cut to the shortest) happens in `apply_instruction`; a result's
size is not bounded there: the machine of `vm/reference/machine.py` counts fuel and memory, lane after lane.
The order of faults on one lane is: the instruction's own fault first, then the result that does not fit in
the memory. The size of some results is bounded by nothing but an operand's value, so `apply_instruction`
takes `limit`: a result of more words than that raises `OUT_OF_MEMORY` before it is built.

Instructions that take skills (`map`, `fold`, ...) are run by the machine and have no function here.
"""

from vm.reference.forms import Form, ReferenceFault, form_words, forms_agree, from_form, to_form
from vm.reference.instructions import REFERENCE_NAMES, apply_instruction

__all__ = [
    "REFERENCE_NAMES",
    "Form",
    "ReferenceFault",
    "apply_instruction",
    "form_words",
    "forms_agree",
    "from_form",
    "to_form",
]
