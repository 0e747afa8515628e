"""What a picture is: format, size, hashes, scores of its pixels, and rules on its bytes."""
