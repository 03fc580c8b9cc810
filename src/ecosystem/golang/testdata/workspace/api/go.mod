module example.com/shop/api

go 1.22.0

require example.com/kit/gamma v1.0.0
