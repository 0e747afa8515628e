"""The sources of the sample web, and what turns them into the sample WARC."""
