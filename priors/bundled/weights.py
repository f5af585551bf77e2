"""Decides how a model directory is read for the forward pass in numpy: what is accepted, and in which layout.

A model directory holds a causal language model in Hugging Face format: `config.json` and `model.safetensors`.
The architecture must be Llama's in its plain form (`LlamaForCausalLM`: RMSNorm, rotary positions, SwiGLU,
no biases, head tied to the embedding), since that is what `priors.bundled.forward` computes. Matrices that
the pass uses together are laid side by side, and whatever is constant is multiplied into them once:

* the scale of each RMSNorm goes into the matrix that follows it, and that of the last one into the head;
* `1 / sqrt(head size)` goes into the queries;
* each rotary pair, which Llama keeps half a head apart, becomes two neighbours, that is, one complex number.
"""

from __future__ import annotations

import hashlib
import math
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from priors.arguments import PriorArgumentError
from priors.model_json import read_object

Floats = NDArray[np.float32]

CONFIG_FILE: Final = "config.json"
WEIGHTS_FILE: Final = "model.safetensors"
# Of a model in this room; above it something else was named. The shipped one has 12 MB at most.
_MAX_BYTES: Final = 2**30


class Layer(NamedTuple):
    """One layer's matrices, float32, applied as `rows @ matrix`.

    Attributes:
      qkv: `[width, 3 * width]`, queries, keys and values of all heads.
      out: `[width, width]`.
      gate_up: `[width, 2 * inner]`.
      down: `[inner, width]`.
    """

    qkv: Floats
    out: Floats
    gate_up: Floats
    down: Floats


class LlamaWeights(NamedTuple):
    """A model as the forward pass reads it.

    Attributes:
      layers: from the first to the last.
      embedding: `[num_words, width]` float32.
      head: `[num_words, width]` float32, the embedding times the scale of the last norm.
      turns: `[max_positions, 1, head_size / 2]` complex64, the rotation of each pair at each position.
      num_heads: heads of each layer.
      epsilon: what RMSNorm adds to the mean square.
      sha256: of the weights file, hexadecimal.
    """

    layers: tuple[Layer, ...]
    embedding: Floats
    head: Floats
    turns: NDArray[np.complex64]
    num_heads: int
    epsilon: float
    sha256: str

    @property
    def width(self) -> int:
        """The size of a hidden state."""
        return int(self.embedding.shape[1])

    @property
    def max_positions(self) -> int:
        """The longest sequence that the model reads."""
        return len(self.turns)


def load_weights(directory: Path) -> LlamaWeights:
    """Returns the model in a directory.

    Raises:
      PriorArgumentError: a file is missing or damaged, the architecture is another, a matrix is missing, is
        there too many, has the wrong shape, or holds NaN or infinity.
    """
    config = _checked_config(directory / CONFIG_FILE)
    tensors, digest = _read_tensors(directory / WEIGHTS_FILE)
    taker = _Taker(directory / WEIGHTS_FILE, tensors)
    width, inner = config["hidden_size"], config["intermediate_size"]
    num_heads = config["num_attention_heads"]
    head_size = width // num_heads
    pairs = _neighbouring_pairs(num_heads, head_size)
    layers: list[Layer] = []
    for index in range(config["num_hidden_layers"]):
        place = f"model.layers.{index}"
        norm = taker.take(f"{place}.input_layernorm.weight", (width,))
        queries, keys, values = (
            taker.take(f"{place}.self_attn.{name}_proj.weight", (width, width)) for name in "qkv"
        )
        queries = queries[pairs] / np.float32(math.sqrt(head_size))
        qkv = np.concatenate([queries, keys[pairs], values]) * norm
        out = taker.take(f"{place}.self_attn.o_proj.weight", (width, width))
        norm = taker.take(f"{place}.post_attention_layernorm.weight", (width,))
        gate, up = (taker.take(f"{place}.mlp.{name}_proj.weight", (inner, width)) for name in ("gate", "up"))
        down = taker.take(f"{place}.mlp.down_proj.weight", (width, inner))
        layers.append(
            Layer(*(_transposed(matrix) for matrix in (qkv, out, np.concatenate([gate, up]) * norm, down)))
        )
    embedding = taker.take("model.embed_tokens.weight", (config["vocab_size"], width))
    head = embedding * taker.take("model.norm.weight", (width,))
    taker.finish()
    return LlamaWeights(
        tuple(layers),
        embedding,
        head,
        _turns(config["max_position_embeddings"], head_size, config["rope_theta"]),
        num_heads,
        config["rms_norm_eps"],
        digest,
    )


def _transposed(matrix: Floats) -> Floats:
    return np.ascontiguousarray(matrix.T, dtype=np.float32)


def _neighbouring_pairs(num_heads: int, head_size: int) -> NDArray[np.int64]:
    """Returns the order of rows that brings element `i` and `i + head_size / 2` of each head together."""
    one_head = np.arange(head_size).reshape(2, head_size // 2).T.reshape(-1)
    return (np.arange(num_heads)[:, None] * head_size + one_head).reshape(-1)


def _turns(num_positions: int, head_size: int, theta: float) -> NDArray[np.complex64]:
    """Returns the rotations of rotary positions.

    Source: Su et al. 2021, "RoFormer", section 3.2.2; in the arrangement of Llama.
    """
    frequencies = theta ** (-np.arange(0, head_size, 2) / head_size)
    angles = np.arange(num_positions)[:, None, None] * frequencies
    turns: NDArray[np.complex64] = np.exp(1j * angles).astype(np.complex64)
    return turns


class _Taker:
    """Hands out the tensors of a file, each once and with the shape it must have."""

    def __init__(self, path: Path, tensors: dict[str, Floats]) -> None:
        self._path = path
        self._left = tensors

    def take(self, name: str, shape: tuple[int, ...]) -> Floats:
        found = self._left.pop(name, None)
        if found is None:
            raise PriorArgumentError(f"weights {self._path}: {name!r} is missing")
        if found.shape != shape:
            raise PriorArgumentError(f"weights {self._path}: {name!r} has shape {found.shape}, not {shape}")
        array = np.ascontiguousarray(found, dtype=np.float32)
        if not np.isfinite(array).all():
            raise PriorArgumentError(f"weights {self._path}: {name!r} holds NaN or infinity")
        return array

    def finish(self) -> None:
        if self._left:
            raise PriorArgumentError(f"weights {self._path}: {min(self._left)!r} is not part of the model")


def _read_tensors(path: Path) -> tuple[dict[str, Floats], str]:
    """Returns the tensors of a safetensors file, and the sha256 of the file."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        if path.stat().st_size > _MAX_BYTES:
            raise PriorArgumentError(
                f"weights {path}: {path.stat().st_size} bytes are more than {_MAX_BYTES}"
            )
        content = path.read_bytes()
    except OSError as error:
        raise PriorArgumentError(f"weights {path}: {error.strerror}") from None
    try:
        tensors = load(content)
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        raise PriorArgumentError(f"weights {path} are no safetensors that numpy reads: {error}") from None
    return tensors, hashlib.sha256(content).hexdigest()


# What the forward pass takes for granted; a configuration that says otherwise is refused.
_REQUIRED: Final[dict[str, object]] = {
    "model_type": "llama",
    "tie_word_embeddings": True,
    "hidden_act": "silu",
    "attention_bias": False,
    "mlp_bias": False,
}
_SIZES: Final = (
    "hidden_size",
    "intermediate_size",
    "num_hidden_layers",
    "num_attention_heads",
    "vocab_size",
    "max_position_embeddings",
)


def _checked_config(path: Path) -> dict[str, Any]:
    """Returns the parts of a configuration that the forward pass needs.

    Raises:
      PriorArgumentError: it is not that of a plain Llama.
    """
    found = read_object(path)
    for name, value in _REQUIRED.items():
        if found.get(name, value if name != "model_type" else None) != value:
            raise PriorArgumentError(f"model file {path}: {name} must be {value!r}, not {found.get(name)!r}")
    config: dict[str, Any] = {}
    for name in _SIZES:
        size = found.get(name)
        if not isinstance(size, int) or isinstance(size, bool) or not 0 < size <= 2**20:
            raise PriorArgumentError(f"model file {path}: {name} must be a positive number, not {size!r}")
        config[name] = size
    width, num_heads = config["hidden_size"], config["num_attention_heads"]
    if width % (2 * num_heads) != 0:
        raise PriorArgumentError(
            f"model file {path}: hidden_size {width} must be an even multiple of {num_heads} heads"
        )
    if found.get("num_key_value_heads", num_heads) != num_heads:
        raise PriorArgumentError(f"model file {path}: num_key_value_heads must equal num_attention_heads")
    if found.get("head_dim", width // num_heads) != width // num_heads:
        raise PriorArgumentError(f"model file {path}: head_dim must be hidden_size / num_attention_heads")
    rope = found.get("rope_parameters") or {}
    if not isinstance(rope, dict) or rope.get("rope_type", "default") != "default":
        raise PriorArgumentError(
            f"model file {path}: rope_parameters must be of the default type, not {rope}"
        )
    config["rope_theta"] = rope.get("rope_theta", found.get("rope_theta", 10000.0))
    config["rms_norm_eps"] = found.get("rms_norm_eps", 1e-6)
    for name in ("rope_theta", "rms_norm_eps"):
        value = config[name]
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < math.inf:
            raise PriorArgumentError(f"model file {path}: {name} must be a positive number, not {value!r}")
    return config
