"""The road to Amazon Translate and back, as text: HTML documents with protected spans, terminology files.

In come requests and tables; out come documents, and answers read from the documents that return.
"""
