"""What a release takes: distributions that anybody can build again to the byte, sums, a signature, and a changelog."""
