"""Any causal language model of Hugging Face format as a prior."""
