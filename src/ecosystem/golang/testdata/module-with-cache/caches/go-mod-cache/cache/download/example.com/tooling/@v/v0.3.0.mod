module example.com/tooling

go 1.21

require example.com/kit/onlytool v1.0.0
