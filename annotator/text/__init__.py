"""PURE: bytes to text, text to blocks, sentences, segments and quotations; knows no database."""
