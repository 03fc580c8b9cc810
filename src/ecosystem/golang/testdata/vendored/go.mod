// A module of Go 1.24.
module example.com/shop

go 1.20

require (
	example.com/kit/alpha v1.2.0
	example.com/kit/old v0.9.0
	example.com/legacy v3.0.0+incompatible
)

require (
	example.com/Upper/beta/v2 v2.1.0 // indirect
	example.com/kit/gamma v1.1.0 // indirect
	gopkg.in/leaf.v1 v1.0.0 // indirect
)

exclude example.com/kit/old v0.8.0

replace example.com/kit/gamma => example.com/fork/gamma v1.1.2

retract [v1.0.0, v1.0.5] // broken
