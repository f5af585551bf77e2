"""Writes directories of tiny models with random weights: three architectures, base and chat, adapters."""

from pathlib import Path

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedTokenizerFast

from priors.causal_lm.loading import sample_texts
from priors.causal_lm.prompt import Detail, rank_prompt, skill_prompt
from priors.testing import price_requests, rank_requests

CONTEXT = 1024
SHAPES = {
    "gpt2": {"n_embd": 32, "n_layer": 2, "n_head": 2, "n_positions": CONTEXT},
    "llama": {
        "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
        "intermediate_size": 64, "max_position_embeddings": CONTEXT,
    },
    "qwen2": {
        "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
        "intermediate_size": 64, "max_position_embeddings": CONTEXT, "tie_word_embeddings": True,
    },
    "qwen3": {
        "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
        "intermediate_size": 64, "max_position_embeddings": CONTEXT, "head_dim": 8,
    },
}  # fmt: skip
BEGIN, IM_START, IM_END, THINK = "<|begin|>", "<|im_start|>", "<|im_end|>", "<think>"
SPECIAL = (BEGIN, IM_START, IM_END)
CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def make_tokenizer() -> Tokenizer:
    """Returns a byte-level BPE of 500 tokens trained on prompts; `THINK` is added but not special."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    whole = Detail(True, True, True, 6)
    texts = [skill_prompt(request, whole).text for request in price_requests()]
    texts += [rank_prompt(request, whole, 6).text for request in rank_requests()]
    tokenizer.train_from_iterator(
        [*texts, *sample_texts()],
        trainers.BpeTrainer(
            vocab_size=500, special_tokens=list(SPECIAL), show_progress=False,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        ),
    )  # fmt: skip
    tokenizer.add_tokens([AddedToken(THINK, special=False, normalized=False)])
    return tokenizer


def write_tokenizer(directory: Path, *, chat: bool = False) -> PreTrainedTokenizerFast:
    """Writes a tokenizer and returns it."""
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=make_tokenizer(), bos_token=BEGIN, additional_special_tokens=[IM_START, IM_END]
    )
    if chat:
        tokenizer.chat_template = CHAT_TEMPLATE
    tokenizer.save_pretrained(directory)
    return tokenizer


def write_model(
    directory: Path,
    kind: str = "llama",
    *,
    chat: bool = False,
    seed: int = 0,
    dtype: str = "float32",
    context: int = CONTEXT,
) -> Path:
    """Writes a model of that kind with its tokenizer; its weights are large enough to have opinions."""
    directory.mkdir(parents=True, exist_ok=True)
    tokenizer = write_tokenizer(directory, chat=chat)
    lengths = {name: context for name in ("max_position_embeddings", "n_positions") if name in SHAPES[kind]}
    special = {"bos_token_id": 0, "eos_token_id": 0, "pad_token_id": None}
    config = AutoConfig.for_model(
        kind, vocab_size=len(tokenizer) + 3, **{**special, **SHAPES[kind], **lengths}
    )
    torch.manual_seed(seed)
    model = AutoModelForCausalLM.from_config(config)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "norm" not in name and "ln_" not in name:
                weight.mul_(8.0)
    model.to(getattr(torch, dtype)).save_pretrained(directory)
    return directory


def write_adapter(directory: Path, base: Path, seed: int = 1) -> Path:
    """Writes a LoRA adapter of a model, with random weights that change its answers."""
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(seed)
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    targets = ["c_attn"] if model.config.model_type == "gpt2" else ["q_proj", "v_proj"]
    adapted = get_peft_model(model, LoraConfig(r=4, target_modules=targets, init_lora_weights=False))
    adapted.save_pretrained(directory)
    return directory
