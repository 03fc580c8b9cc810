// Deprecated: use example.com/kit/alpha instead.
module example.com/kit/gamma

go 1.12
