"""A solver in a process of its own: it answers, fails, dies or is killed, and never outlives its time."""

import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from benchmarks.peers.errors import PeerError
from benchmarks.peers.own_process import ask


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Makes a module of which the function that answers has the given body."""
    monkeypatch.syspath_prepend(tmp_path)

    def make(answer, at_load="pass"):
        (tmp_path / "stub_solver.py").write_text(
            textwrap.dedent("""\
                import os, sys, time
                from benchmarks.peers.own_process import answering
                def load():
                    {at_load}
                    def answer(question):
                        {answer}
                    return answer
                answering(load)
            """).format(at_load=at_load, answer=answer)
        )
        return "stub_solver"

    return make


def test_a_process_answers_what_it_is_asked(module):
    question = "one line\nanother, with é\n" * 10_000
    reply = ask(module("return question.upper()"), question, 30)
    assert reply.text == question.upper()
    assert 0 < reply.seconds < 30


def test_a_process_that_takes_too_long_is_killed(module, tmp_path):
    answer = f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    start = time.monotonic()
    reply = ask(module(answer), "", 0.5)
    assert reply.text is None
    assert 0.5 <= reply.seconds < 20
    assert time.monotonic() - start < 50
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_a_process_that_takes_too_much_memory_gives_no_answer(module):
    reply = ask(module("return str(len(bytearray(2**31)))"), "", 30, memory_mb=1000)
    assert (reply.text, reply.stopped) == (None, "memory")


def test_loading_is_no_part_of_the_time(module):
    reply = ask(module("return 'done'", at_load="time.sleep(3)"), "", 30)
    assert reply.text == "done"
    assert reply.seconds < 3


@pytest.mark.parametrize(
    ("answer", "at_load", "message"),
    [
        ("raise ValueError('no such operator')", "pass", "ValueError: no such operator"),
        ("return ''", "import no_such_library", "no_such_library"),
        ("os._exit(3)", "pass", "ended without an answer: it said nothing"),
        ("sys.stderr.write('terminate called'); sys.stderr.flush(); os.abort()", "pass", "terminate called"),
    ],
)
def test_a_process_that_fails_says_why(module, answer, at_load, message):
    with pytest.raises(PeerError, match=message):
        ask(module(answer, at_load), "", 30)


def test_a_process_ends_by_itself_when_nobody_kills_it(module):
    name = module(
        "time.sleep(60)", at_load="import benchmarks.peers.own_process as own; own.GRACE_SECONDS = 0.2"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-m", name, "0.1", "4000"]
    ended = subprocess.run(command, input=b"", capture_output=True, env=environment, timeout=50, check=False)
    assert ended.returncode == -signal.SIGALRM
    assert ended.stdout == b"ready\n"
