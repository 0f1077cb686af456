"""Everything kept as one file: written, read, put back, judged; and copies made beforehand."""
