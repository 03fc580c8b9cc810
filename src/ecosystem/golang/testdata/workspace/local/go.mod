module example.com/kit/local

go 1.22.0
