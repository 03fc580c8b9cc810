module example.com/Upper/beta/v2

go 1.18
