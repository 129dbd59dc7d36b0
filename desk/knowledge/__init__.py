"""The knowledge base: articles as files, found by what customers write, said with the shop's own figures."""
