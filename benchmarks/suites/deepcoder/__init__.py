"""The small language of DeepCoder, and the generator of `deepcoder-v1`."""
