"""What the settings make of a task's own budget."""

from mcts_compose.budget import DEFAULT_SECONDS, Budget
from mcts_compose.settings import Settings


def test_flags_replace_a_budget_but_not_its_bound_on_memory():
    of_task = Budget(seconds=5, memory_mb=200)
    assert Settings(seconds=1).budget_for(of_task) == Budget(seconds=1, memory_mb=200)
    assert Settings(simulations=7).budget_for(of_task) == Budget(simulations=7, memory_mb=200)
    assert Settings(executions=9).budget_for(of_task) == Budget(executions=9, memory_mb=200)
    assert Settings().budget_for(of_task) == of_task


def test_memory_alone_does_not_bound_a_search():
    only_memory = Budget(memory_mb=200)
    assert Settings().budget_for(only_memory) == Budget(seconds=DEFAULT_SECONDS, memory_mb=200)
    assert Settings().budget_for(None) == Budget(seconds=DEFAULT_SECONDS)
