"""The MMC4 path: images placed among the sentences of a text corpus."""
