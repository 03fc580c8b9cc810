module example.com/kit/far
