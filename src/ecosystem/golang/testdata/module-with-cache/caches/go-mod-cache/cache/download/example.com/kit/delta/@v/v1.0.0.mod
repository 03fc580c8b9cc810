module example.com/kit/delta

go 1.17
