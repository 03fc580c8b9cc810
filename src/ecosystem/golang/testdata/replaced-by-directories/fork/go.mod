module example.com/kit/forked

go 1.21

require (
	example.com/app v0.1.0
	example.com/kit/below v1.1.0
)

replace example.com/app => ../app
