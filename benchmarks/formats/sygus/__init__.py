"""SyGuS-IF: problems of syntax-guided synthesis."""
