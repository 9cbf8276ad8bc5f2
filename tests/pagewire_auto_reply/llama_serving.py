"""Run in the environment of `llama_server`: serves a model until it is killed. ``llama_serving.py MODEL PORT``."""

import sys
import time

import xllamacpp

if __name__ == "__main__":
    params = xllamacpp.CommonParams()
    params.model.path = sys.argv[1]
    params.hostnames, params.port = ["127.0.0.1"], int(sys.argv[2])
    params.n_ctx, params.n_parallel, params.cpuparams.n_threads = 4096, 1, 1
    params.ui = params.fit_params = params.warmup = False
    server = xllamacpp.Server(params)
    while True:
        time.sleep(60)
