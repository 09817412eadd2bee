"""What people read and write in a pull request: its body, the summary, the commands in comments.

In come outcomes of pages; out comes Markdown in which no page can break out of its quotation.
"""
