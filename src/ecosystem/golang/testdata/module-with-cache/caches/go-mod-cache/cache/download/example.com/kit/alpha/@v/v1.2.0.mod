module example.com/kit/alpha

go 1.20

require (
	example.com/Upper/beta/v2 v2.1.0
	example.com/kit/delta v1.0.0
	example.com/kit/gamma v1.0.0
)
