"""What `cached` has recorded, `replay` gives back bit for bit; a file that cannot be used is one sentence."""

import os
import pickle
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest

from priors.arguments import PriorArgumentError
from priors.base import Prices, Prior, PriorError, ProgramSampler, Ranks, Usage
from priors.guard import GuardedPrior
from priors.recorded import answer_file
from priors.recorded.answer_file import AnswerFile, RecordingError
from priors.recorded.cached import CachedPrior, cached
from priors.recorded.replay import ReplayPrior, replay
from priors.registry import PRIORS, make_prior
from priors.testing import PriorContract, price_requests, rank_requests, subtask_requests
from priors.uniform import UniformPrior
from tests.priors.recorded.fake_model import FakeModel, FakeSampler


@pytest.fixture
def path(tmp_path):
    return tmp_path / "answers.db"


def _based(requests):
    return [replace(one, base=UniformPrior().price_skills([one])[0]) for one in requests]


@pytest.fixture
def recording(path):
    """A file with the answers to all requests of the contract's tests."""
    prior = CachedPrior(FakeModel(), path)
    prior.price_skills([*price_requests(), *_based(price_requests())])
    prior.rank_arms(rank_requests())
    return path


class TestCachedPrior(PriorContract):
    @pytest.fixture
    def prior(self, path):
        return CachedPrior(FakeModel(), path)


class TestReplayPrior(PriorContract):
    @pytest.fixture
    def prior(self, recording):
        return ReplayPrior(recording)


def _bits(answers):
    """Returns every bit of answers, with types."""
    return [
        None if one is None
        else [None if array is None else (array.dtype.str, array.tobytes()) for array in vars(one).values()]
        for one in answers
    ]  # fmt: skip


def test_a_replay_gives_every_bit(recording):
    model, again = FakeModel(), ReplayPrior(recording)
    assert _bits(again.price_skills(price_requests())) == _bits(model.price_skills(price_requests()))
    assert _bits(again.rank_arms(rank_requests())) == _bits(model.rank_arms(rank_requests()))
    assert (again.fingerprint, again.is_model) == ("weights-1", True)
    assert again.usage == Usage(hits=len(price_requests()) + len(rank_requests()))


def test_proposals_are_recorded_and_replayed(path):
    model = FakeSampler()
    prior = cached(model, path)
    lines = prior.propose_subtasks(subtask_requests())
    assert lines == FakeSampler().propose_subtasks(subtask_requests())
    assert prior.propose_subtasks(subtask_requests()) == lines and len(model.asked) == 1
    again = replay(path)
    assert again.proposes and again.propose_subtasks(subtask_requests()) == lines
    with pytest.raises(PriorError, match="1 of 1 requests were not recorded"):
        again.propose_subtasks([replace(subtask_requests()[0], seed=99)])


def test_what_does_not_propose_is_never_asked_to(path, recording):
    assert not cached(FakeModel(), path).proposes
    assert replay(recording).propose_subtasks(subtask_requests()) == [[] for _ in subtask_requests()]


def test_the_wrapped_prior_is_asked_once(path):
    model = FakeModel()
    prior = CachedPrior(model, path)
    first, second = price_requests()[:2]
    prior.price_skills([first, first])
    assert model.asked == [[first]]
    answers = prior.price_skills([second, first])
    assert model.asked[1:] == [[second]]
    assert _bits(answers) == _bits(FakeModel().price_skills([second, first]))
    other = CachedPrior(FakeModel(), path)
    other.price_skills([first, second])
    assert other.usage == Usage(hits=2)
    assert prior.usage == Usage(calls=2, passes=2, tokens=14, hits=1)


def test_other_weights_and_arguments_are_asked_anew(path):
    request = price_requests()[:1]
    made = [
        ("weights-1", {}),
        ("weights-2", {}),
        ("weights-1", {"dtype": "bfloat16"}),
        ("", {"batch_size": "4"}),
    ]
    for fingerprint, arguments in made:
        model = FakeModel(fingerprint)
        CachedPrior(model, path, arguments).price_skills(request)
        assert len(model.asked) == 1
    for fingerprint, arguments in [*made, ("weights-1", {"batch_size": "8"})]:
        model = FakeModel(fingerprint)
        CachedPrior(model, path, arguments).price_skills(request)
        assert model.asked == []


@pytest.mark.parametrize("ranks", [False, True])
def test_a_recording_says_whether_its_model_ranks(ranks, path):
    model = FakeModel()
    model.ranks = ranks
    prior = CachedPrior(model, path)
    prior.price_skills(price_requests())
    assert prior.ranks is ReplayPrior(path).ranks is GuardedPrior(prior).ranks is ranks


def test_sampled_programs_are_recorded(path):
    request = price_requests()[0]
    prior = cached(FakeSampler(), path)
    lines = prior.sample_programs(request, ("x",), 3, 7)
    again = replay(path)
    assert isinstance(again, ProgramSampler)
    assert (
        again.sample_programs(request, ("x",), 3, 7)
        == lines
        == FakeSampler().sample_programs(request, (), 3, 7)
    )
    for changed in ((request, ("y",), 3, 7), (request, ("x",), 4, 7), (request, ("x",), 3, 8)):
        with pytest.raises(PriorError, match="1 of 1 requests were not recorded"):
            again.sample_programs(*changed)
    assert not isinstance(cached(FakeModel(), path), ProgramSampler)


def test_what_was_not_recorded_is_a_prior_error(recording):
    again = ReplayPrior(recording)
    new = replace(price_requests()[0], description="another")
    with pytest.raises(PriorError, match="1 of 2 requests were not recorded"):
        again.price_skills([price_requests()[0], new])
    assert again.usage.hits == 0


class _Broken(FakeModel):
    answer = None

    def price_skills(self, requests):
        self._note(requests)
        return type(self).answer(requests)

    rank_arms = price_skills


@pytest.mark.parametrize(
    "answer",
    [
        lambda requests: [Prices(np.array([np.nan]), np.zeros(0)) for _ in requests],
        lambda requests: [Prices(np.zeros(99), np.zeros(0)) for _ in requests],
        lambda requests: [Prices("ab", None) for _ in requests],
        lambda requests: ["prices" for _ in requests],
        lambda requests: [Ranks(np.full(24, np.inf, np.float32)) for _ in requests],
    ],
)
def test_unsound_answers_are_handed_on_and_not_recorded(answer, path, monkeypatch):
    monkeypatch.setattr(_Broken, "answer", answer)
    model = _Broken()
    prior = CachedPrior(model, path)
    for ask, requests in ((prior.price_skills, price_requests()[:1]), (prior.rank_arms, rank_requests()[:1])):
        for _ in range(2):
            (given,) = ask(requests)
            assert repr(given) == repr(answer(requests)[0])
    assert len(model.asked) == 4


def test_a_failing_prior_fails_and_leaves_nothing(path, monkeypatch):
    monkeypatch.setattr(_Broken, "answer", lambda requests: requests[:0])
    with pytest.raises(PriorError, match="0 answers to 2 requests"):
        CachedPrior(_Broken(), path).price_skills(price_requests()[:2])
    with pytest.raises(PriorError, match="not recorded"):
        ReplayPrior(path).price_skills(price_requests()[:2])


def test_the_wrapped_prior_is_prepared(path, monkeypatch):
    def refuse(self):
        raise PriorArgumentError("no weights")

    monkeypatch.setattr(FakeModel, "prepare", refuse)
    with pytest.raises(PriorArgumentError, match="no weights"):
        CachedPrior(FakeModel(), path).prepare()


def test_copies_in_other_processes_use_the_same_file(recording):
    for prior in (CachedPrior(FakeModel(), recording), ReplayPrior(recording)):
        twin = pickle.loads(pickle.dumps(prior))
        assert _bits(twin.price_skills(price_requests())) == _bits(prior.price_skills(price_requests()))


WRITER = """
import sys
from dataclasses import replace
from pathlib import Path
from priors.recorded.cached import CachedPrior
from priors.testing import price_requests
from tests.priors.recorded.fake_model import FakeModel

prior = CachedPrior(FakeModel(), Path(sys.argv[1]))
print("ready", flush=True)
for number in range(int(sys.argv[3])):
    asked = [replace(price_requests()[0], description=f"{sys.argv[2]} {number} {part}") for part in range(4)]
    prior.price_skills(asked)
"""


def _start_writer(path, name, rounds):
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), name, str(rounds)], stdout=subprocess.PIPE,
        cwd=os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(__file__)))),
    )  # fmt: skip


def _count(path):
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    (number,) = connection.execute("SELECT count(*) FROM answers").fetchone()
    connection.close()
    return number


def test_several_processes_write_one_file(path):
    writers = [_start_writer(path, str(number), 15) for number in range(3)]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert _count(path) == 3 * 15 * 4
    assert len(AnswerFile(path, is_writable=False).sources()) == 1


def test_a_killed_writer_leaves_whole_batches(path):
    for _ in range(3):
        writer = _start_writer(path, "a", 100_000)
        writer.stdout.readline()
        time.sleep(0.15)
        writer.send_signal(signal.SIGKILL)
        writer.wait(10)
    assert _count(path) % 4 == 0
    (source,) = AnswerFile(path, is_writable=False).sources()
    assert source.name == "fake-model"
    CachedPrior(FakeModel(), path).price_skills(price_requests())


UNFINISHED = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size = 1")
connection.execute("BEGIN IMMEDIATE")
connection.execute("UPDATE answers SET answer = zeroblob(20000)")
os._exit(1)
"""


def test_what_a_killed_writer_began_is_undone_by_a_reader(recording):
    before = recording.read_bytes()
    subprocess.run([sys.executable, "-c", UNFINISHED, str(recording)], check=False)
    journal = recording.with_name(recording.name + "-journal")
    assert journal.stat().st_size > 512 and recording.read_bytes() != before
    again = ReplayPrior(recording)
    assert _bits(again.price_skills(price_requests())) == _bits(FakeModel().price_skills(price_requests()))


def _change_answers(path, statement):
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_damaged_answer_counts_as_not_there(recording):
    _change_answers(recording, "UPDATE answers SET answer = substr(answer, 1, 12)")
    with pytest.raises(PriorError, match="were not recorded"):
        ReplayPrior(recording).price_skills(price_requests())
    model = FakeModel()
    CachedPrior(model, recording).price_skills(price_requests())
    assert len(model.asked) == 1
    ReplayPrior(recording).price_skills(price_requests())


def _foreign(path):
    _change_answers(path, "CREATE TABLE other (x)")


def _of_version_7(path):
    CachedPrior(FakeModel(), path)
    _change_answers(path, "PRAGMA user_version = 7")


def _cut_short(path):
    prior = CachedPrior(FakeModel(), path)
    prior.rank_arms(rank_requests())
    path.write_bytes(path.read_bytes()[:5000])


UNUSABLE = {
    "text": (lambda path: path.write_text("answers " * 500), "it is no file of recorded answers"),
    "foreign": (_foreign, "it is another program's database"),
    "another version": (_of_version_7, "its version is 7, this release reads 3; record anew"),
    "a directory": (lambda path: path.mkdir(), ""),
    "cut short": (_cut_short, "it is damaged"),
    "no directory": (lambda path: path.parent.rmdir(), "there is no"),
}


@pytest.mark.parametrize("case", UNUSABLE)
@pytest.mark.parametrize("name", ["cached", "replay"])
def test_an_unusable_file_is_one_sentence_that_names_it(name, case, tmp_path):
    path = tmp_path / "folder" / "answers.db"
    path.parent.mkdir()
    spoil, said = UNUSABLE[case]
    spoil(path)
    with pytest.raises(PriorArgumentError) as error:
        make_prior(name, {"file": str(path)} | ({"of": "uniform"} if name == "cached" else {}))
    text = str(error.value)
    assert text.startswith(f"recorded answers {path}") and said in text and "\n" not in text


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda path: None, "there is no such file"),
        (lambda path: path.touch(), "it is empty"),
        (lambda path: CachedPrior(FakeModel(), path), "nothing was recorded in it"),
    ],
)
def test_a_replay_needs_answers(spoil, said, path):
    spoil(path)
    with pytest.raises(PriorArgumentError, match=said):
        make_prior("replay", {"file": str(path)})


def test_an_empty_file_is_filled(path):
    path.touch()
    CachedPrior(FakeModel(), path).price_skills(price_requests())
    assert ReplayPrior(path).source.id == 1


def _make_read_only(path):
    """Marks a database as one of a later release of SQLite, which is read only; root may write any file."""
    data = bytearray(path.read_bytes())
    data[18] = 9
    path.write_bytes(data)


def test_a_file_that_cannot_be_written_can_be_replayed(recording):
    _make_read_only(recording)
    with pytest.raises(PriorArgumentError, match="it cannot be written"):
        CachedPrior(FakeModel(), recording)
    ReplayPrior(recording).price_skills(price_requests())


def test_a_recording_that_fails_costs_no_answer(recording):
    model = FakeModel()
    prior = CachedPrior(model, recording)
    prior.price_skills(price_requests())
    recording.write_bytes(b"spoilt" * 3000)
    fresh = [replace(price_requests()[0], description=f"new {number}") for number in range(2)]
    with pytest.warns(RuntimeWarning, match="answers are not recorded: recorded answers .* it "):
        answers = prior.price_skills(fresh)
    assert _bits(answers) == _bits(FakeModel().price_skills(fresh))
    assert len(prior.price_skills(fresh)) == 2


def test_several_models_need_a_choice(path):
    for fingerprint in ("weights-1", "weights-2"):
        CachedPrior(FakeModel(fingerprint), path, {"dtype": "float32"}).price_skills(price_requests())
    with pytest.raises(
        PriorArgumentError, match=r"of 2 models; choose one by source=NUMBER: 1: fake-model, dtype"
    ):
        make_prior("replay", {"file": str(path)})
    with pytest.raises(PriorArgumentError, match="there is no source 3"):
        make_prior("replay", {"file": str(path), "source": "3"})
    second = make_prior("replay", {"file": str(path), "source": "2"})
    assert second.fingerprint == "weights-2"
    assert _bits(second.price_skills(price_requests())) == _bits(
        FakeModel("weights-2").price_skills(price_requests())
    )


@pytest.fixture
def registered(monkeypatch):
    monkeypatch.setitem(PRIORS._registered, "fake-model", None)
    load = PRIORS.load
    monkeypatch.setattr(PRIORS, "load", lambda name: FakeModel if name == "fake-model" else load(name))


def test_arguments_reach_the_wrapped_prior(registered, path):
    prior = make_prior("cached", {"of": "fake-model", "file": str(path), "of.weights": "w-9"})
    assert isinstance(prior, Prior) and prior.fingerprint == "w-9" and prior.is_model
    prior.price_skills(price_requests())
    assert ReplayPrior(path).source.arguments == {"weights": "w-9"}


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("cached", {"file": "x.db"}, "prior 'cached' needs of=NAME"),
        ("cached", {"of": "uniform"}, "prior 'cached' needs file=PATH"),
        ("cached", {"of": "uniform", "file": "x.db", "dtype": "f"}, "of 'uniform' is written of.dtype="),
        ("cached", {"of": "uniform", "file": "x.db", "of.dtype": "f"}, "prior 'uniform' takes no arguments"),
        ("cached", {"of": "unifrom", "file": "x.db"}, "did you mean 'uniform'"),
        ("replay", {}, "prior 'replay' needs file=PATH"),
        ("replay", {"file": "x.db", "of": "uniform"}, "prior 'replay' has no argument 'of'"),
    ],
)  # fmt: skip
def test_wrong_arguments_are_one_sentence(name, arguments, said):
    with pytest.raises(ValueError, match=said) as error:
        make_prior(name, arguments)
    assert "\n" not in str(error.value)


def test_recording_goes_on_after_an_answer_that_could_not_be_committed(path, monkeypatch):
    monkeypatch.setattr(answer_file, "WAIT_S", 0.05)
    file = AnswerFile(path, is_writable=True)
    source = file.source_of("fake", "", {}, ranks=True, writes_programs=False, proposes=False)
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM sources").fetchall()
    with pytest.raises(RecordingError, match="another process"):
        file.add(source, {b"key": b"answer"})
    reader.execute("ROLLBACK")
    file.add(source, {b"key": b"answer"})
    assert file.find(source, [b"key"]) == {b"key": b"answer"}
