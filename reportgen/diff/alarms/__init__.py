"""Rules: what a reviewer must look at, one file each; `registry` lists them."""
