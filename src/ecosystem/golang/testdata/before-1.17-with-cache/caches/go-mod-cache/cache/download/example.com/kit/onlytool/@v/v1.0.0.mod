module example.com/kit/onlytool

go 1.19
