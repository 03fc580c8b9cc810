module example.com/kit/old

go 1.13

require (
	example.com/kit/far v0.0.0-20200102030405-0123456789ab
	example.com/kit/gamma v1.1.0
	gopkg.in/leaf.v1 v1.0.0
)
