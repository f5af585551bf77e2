"""Enumeration by cost in plain Python, on the instructions' plain twins: what the kernels must agree with.

It shares with the search only what defines the problem: which overloads may be called, their prices, the
constants and the bounds. Values are kept as they are, one form an example; nothing is hashed
by hand, packed, or interned.
"""

import itertools

from mcts_compose.search.actions import build_actions, constants_for
from vm.reference.forms import ReferenceFault, float_bits, to_form
from vm.reference.instructions import apply_instruction
from vm.values import Elem, decode

FAULT = None


def _words(form, elem):
    if isinstance(form, list):
        return [word for item in form for word in _words(item, elem)]
    if elem is Elem.FLOAT:
        return [float_bits(form)]
    return [ord(form)] if elem is Elem.CHAR else [int(form)]


def _frozen(form, elem):
    if isinstance(form, list):
        return tuple(_frozen(item, elem) for item in form)
    return float_bits(form) if elem is Elem.FLOAT else form


class BruteForce:
    """Every contents within the bounds by the cost of its cheapest program.

    Attributes:
      costs: cost by contents, a contents being its type and its values on all examples.
      candidates: calls tried up to the last level.
      level: the level to be run next.
    """

    def __init__(self, problem, capacity, magnitude, prices, constant_price):
        self.actions = build_actions(problem, prices)
        self.capacity, self.magnitude = capacity, magnitude
        self.examples = problem.goal.num_examples
        self.costs = {}
        self.forms = {}
        self.collected = {}
        self.candidates = 0
        self.level = 1
        for batch in problem.inputs:
            self._meet(batch.type, [to_form(value, batch.type) for value in decode(batch)], 1)
        for type_, value in constants_for(problem):
            self._meet(type_, [to_form(value, type_)] * self.examples, constant_price)
        self.goal = self.key(problem.goal)

    def key(self, batch):
        """The contents that a batch is."""
        return self._key(batch.type, [to_form(value, batch.type) for value in decode(batch)])

    def _key(self, type_, forms):
        return type_, tuple(_frozen(form, type_.elem) for form in forms)

    def _meet(self, type_, forms, cost):
        key = self._key(type_, forms)
        if cost < self.costs.get(key, 10**9):
            self.costs[key] = cost
            self.forms[key] = forms

    def _call(self, action, operands):
        """The values of one call, or FAULT: on any fault in any example, or beyond the bounds."""
        params, result = action.overload.params, action.overload.result
        forms = []
        for example in range(self.examples):
            args = [self.forms[operand][example] for operand in operands]
            try:
                forms.append(apply_instruction(action.row.name, args, params, self.capacity))
            except ReferenceFault:
                return FAULT
        words = [word for form in forms for word in _words(form, result.elem)]
        spread = 0
        for word in words:
            spread |= word if word >= 0 else ~word
        if len(words) > self.capacity or (result.elem is not Elem.FLOAT and spread >= self.magnitude):
            return FAULT
        return forms

    def _operands(self, action, costs):
        """Every choice of operands of the given costs; of a commutative call on one type only one order."""
        params = action.overload.params
        pools = [self.collected.get((cost, type_), []) for cost, type_ in zip(costs, params, strict=True)]
        symmetric = action.row.commutative and params[0] == params[1]
        if symmetric and costs[1] < costs[0]:
            return
        for chosen in itertools.product(*(enumerate(pool) for pool in pools)):
            places = [place for place, _ in chosen]
            if symmetric and costs[0] == costs[1] and places[1] < places[0]:
                continue
            yield [key for _, key in chosen]

    def run_level(self):
        """Runs every call whose price and operands' costs sum to the level."""
        for action in self.actions:
            rest = self.level - action.price
            arity = len(action.overload.params)
            for costs in itertools.product(range(1, rest + 1), repeat=arity):
                if sum(costs) != rest:
                    continue
                for operands in self._operands(action, costs):
                    self.candidates += 1
                    forms = self._call(action, operands)
                    if forms is not FAULT:
                        self._meet(action.overload.result, forms, self.level)
        for key, cost in self.costs.items():
            if cost == self.level:
                self.collected.setdefault((cost, key[0]), []).append(key)
        self.level += 1

    def run_to(self, level):
        """Runs all levels up to and with `level`; returns itself."""
        while self.level <= level:
            self.run_level()
        return self

    def close(self, most_levels=250):
        """Runs levels until no call can meet new operands; returns whether that came before `most_levels`."""
        while self.level <= most_levels:
            self.run_level()
            dearest = max(self.costs.values())
            reach = max(action.price + len(action.overload.params) * dearest for action in self.actions)
            if self.level > max(reach, dearest):
                return True
        return False
