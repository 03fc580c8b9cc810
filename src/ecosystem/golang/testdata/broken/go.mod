module "example.com/broken"

go 1.22.1

<<<<<<< HEAD
require example.com/kit/a v1.0.0
=======
require example.com/kit/a v1.1.0
>>>>>>> other
require example.com/kit/b master
require example.com/kit/c
require "example.com/kit/d v1.0.0
replace example.com/kit/a =>
replace example.com/kit/x => example.com/kit/y
replace example.com/kit/y => example.com/kit/x v1.0.0
future directive
/* not a comment */
require (
	example.com/kit/e v1.2.3-pre.1+incompatible // indirect; and a word
	../up v1.0.0
	example.com/kit/f v01.2.3
