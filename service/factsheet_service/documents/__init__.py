"""Reading files into documents, each in a sandboxed child process."""
