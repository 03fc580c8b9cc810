module example.com/shop

go 1.13

require (
	example.com/kit/alpha v1.2.0
	example.com/kit/old v0.9.0
)
