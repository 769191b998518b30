module sessiondb/local/tools/coredns

go 1.26.0
