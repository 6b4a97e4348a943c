"""From what a user names to pages: every input shape has a module here, and is recognised by its content.

`SourceReader` (in `source`) is the door: it walks folders and opens regular files. `shapes` looks at the first bytes of a
stream and hands it to the reader of its shape.
"""
