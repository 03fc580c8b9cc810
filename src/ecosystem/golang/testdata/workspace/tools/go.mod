module example.com/shop/tools

go 1.22.0

require gopkg.in/leaf.v1 v1.0.0
