module example.com/app

go 1.22

require (
	example.com/kit/forked v1.0.0
	example.com/kit/gone v1.0.0
	example.com/kit/outside v1.0.0
	example.com/kit/plain v1.0.0
)

require example.com/kit/below v1.1.0 // indirect

replace (
	example.com/kit/forked v1.0.0 => ../fork
	example.com/kit/gone => ./gone
	example.com/kit/outside => ../../outside
	example.com/kit/plain v0.9.0 => ../fork // another version: does not count
)
