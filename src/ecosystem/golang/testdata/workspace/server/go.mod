module example.com/shop/server

go 1.21

require (
	example.com/shop/api v0.0.0
	example.com/kit/alpha v1.2.0
	example.com/kit/local v0.0.0
)

require (
	example.com/Upper/beta/v2 v2.1.0 // indirect
	example.com/kit/gamma v1.1.0 // indirect
)

replace (
	example.com/shop/api => ../api
	example.com/kit/local => ../local
)
