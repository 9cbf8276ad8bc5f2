"""kube-apiserver, etcd and their friends, built once from pinned Go modules for the tests; decision 0009 tells why."""
