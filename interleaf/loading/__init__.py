"""Reading a corpus for training: documents with the bytes of their pictures, in reading order."""
