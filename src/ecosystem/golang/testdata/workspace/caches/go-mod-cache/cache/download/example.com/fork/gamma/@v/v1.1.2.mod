module example.com/kit/gamma

go 1.18
