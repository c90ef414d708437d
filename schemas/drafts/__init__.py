"""New files of publiccode.yml: from what people answer, from what a repository shows, from CodeMeta."""
